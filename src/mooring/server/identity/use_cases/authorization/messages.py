"""What doors hand to the authorization use cases, and what they get back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from mooring.server.identity.domain.authorization.request import AuthorizationRequest, CheckedRequest

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.authorization.asking import Asking
    from mooring.server.identity.domain.authorization.grant import GrantId

__all__ = [
    "AuthorizationRequest",
    "Authorized",
    "Caller",
    "CheckedRequest",
    "DeviceRequest",
    "Granted",
    "Introspection",
    "ShownCodes",
    "WaitingDevice",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRequest:
    """A device asks for codes (RFC 8628, 3.1): parameters as they came, and our own last three.

    ``jkt`` is the thumbprint of the key that signed the request, ``address`` the network address of it.
    """

    jkt: str
    address: str
    client_id: str | None = None
    scope: str | None = None
    product: str | None = None
    device_name: str | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCodes:
    """The codes for a device: one to poll with, one for the person, as it is shown (``WDJB-MJHT``)."""

    device_code: str = field(repr=False)
    user_code: str = field(repr=False)
    expires_in: int
    interval: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDevice:
    """A device that waits for a decision, as the person is shown it.

    ``from_here`` tells whether it asked from the network that the person's browser is in: the best sign
    there is that it is theirs.
    """

    user_code: str
    asking: Asking
    from_here: bool
    asked_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorized:
    """The person agreed: the browser is sent to ``redirect_uri`` with ``code``, ``state`` and ``iss``."""

    redirect_uri: str
    code: str = field(repr=False)
    state: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """Tokens for a device, both bound to its key (``token_type`` is ``DPoP``); ``expires_in`` in seconds."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    scope: str
    grant_id: GrantId
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who a request with a good access token acts for; ``masked`` is the account as others may see it.

    ``signed_in_at`` is when they signed in on the device that asks.
    """

    account_id: AccountId
    grant_id: GrantId
    signed_in_at: datetime
    masked: str
    provider: str
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Introspection:
    """What a token that is good now stands for (RFC 7662). For any other there is none: ``active: false``."""

    kind: Literal["access_token", "refresh_token"]
    scope: str
    client_id: str
    account_id: AccountId
    grant_id: GrantId
    jkt: str
    issued_at: datetime
    expires_at: datetime

"""A grant: this device is signed in to that account. Its tokens come and go, the grant is what is ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NewType, Self

from mooring.core.identifiers import new_identifier

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.authorization.asking import Asking
    from mooring.server.identity.domain.federation.identity import IdentityId

GrantId = NewType("GrantId", str)


class EndReason(StrEnum):
    """Why a grant ended."""

    SIGNED_OUT = "signed_out"
    ENDED_BY_OWNER = "ended_by_owner"
    CODE_REPLAYED = "code_replayed"
    REFRESH_TOKEN_REUSED = "refresh_token_reused"  # noqa: S105 - a reason, no token


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A signed-in device.

    Attributes:
        id: Its identifier.
        account_id: Whom it acts for.
        client_id: The client it was given to.
        jkt: Thumbprint of the device's key: every token of the grant is worth nothing with another.
        scope: What it may do.
        asking: What the device said of itself when it was let in.
        created_at: When it was let in.
        last_used_at: When it last asked for tokens.
        ended_at: When it was ended; none while it is good.
        end_reason: Why.
        identity_id: By which identity at a provider the person had signed in who let it in.
    """

    id: GrantId
    account_id: AccountId
    client_id: str
    jkt: str
    scope: str
    asking: Asking
    created_at: datetime
    last_used_at: datetime
    ended_at: datetime | None = None
    end_reason: EndReason | None = None
    identity_id: IdentityId | None = None

    @property
    def is_live(self) -> bool:
        """Whether the device is signed in."""
        return self.ended_at is None

    def used(self, *, at: datetime) -> Self:
        """Return the grant as used at ``at``."""
        return replace(self, last_used_at=at)

    def ended(self, reason: EndReason, *, at: datetime) -> Self:
        """Return the grant ended, with every token of it; one that has ended stays as it is."""
        return replace(self, ended_at=at, end_reason=reason) if self.is_live else self


def begin_grant(
    account_id: AccountId,
    *,
    client_id: str,
    jkt: str,
    scope: str,
    asking: Asking,
    identity_id: IdentityId | None = None,
    at: datetime,
) -> Grant:
    """Return a new grant: the device with the key ``jkt`` may act for ``account_id`` from ``at`` on."""
    return Grant(
        id=GrantId(new_identifier("grt", at)),
        account_id=account_id,
        client_id=client_id,
        jkt=jkt,
        scope=scope,
        asking=asking,
        created_at=at,
        last_used_at=at,
        identity_id=identity_id,
    )

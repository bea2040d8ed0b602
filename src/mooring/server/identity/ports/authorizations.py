"""Where it is written which device may act for which account."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from mooring.server.identity.ports.accounts import NO_DETAIL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.authorization.authorization_code import AuthorizationCode
    from mooring.server.identity.domain.authorization.device_authorization import DeviceAuthorization
    from mooring.server.identity.domain.authorization.grant import Grant, GrantId
    from mooring.server.identity.domain.authorization.tokens import AccessToken, RefreshToken
    from mooring.server.identity.domain.federation.identity import IdentityId
    from mooring.server.identity.domain.session import SessionId


class UserCodeTaken(Exception):
    """Another device shows this user code now."""


class HeldAccess(NamedTuple):
    """An access token, the grant it belongs to, and whom it acts for."""

    token: AccessToken
    grant: Grant
    account: Account


class HeldRefresh(NamedTuple):
    """A refresh token, the grant it belongs to, and whom it acts for."""

    token: RefreshToken
    grant: Grant
    account: Account


class AuthorizationReader(Protocol):
    """Reads. What has expired is returned like the rest: the domain judges it."""

    async def account(
        self, account_id: AccountId, *, signed_in_by: IdentityId | None = None
    ) -> Account | None:
        """Return the account with this identifier, as it is when somebody signed in by this identity."""
        ...

    async def device_authorization(self, device_code_hash: bytes) -> DeviceAuthorization | None:
        """Return the device authorization with this device code."""
        ...

    async def device_authorization_shown(self, user_code_hash: bytes) -> DeviceAuthorization | None:
        """Return the device authorization with this user code."""
        ...

    async def authorization_code(self, code_hash: bytes) -> AuthorizationCode | None:
        """Return the authorization code."""
        ...

    async def grant(self, grant_id: GrantId) -> Grant | None:
        """Return the grant with this identifier, ended or not."""
        ...

    async def grants_of(self, account_id: AccountId) -> Sequence[Grant]:
        """Return the account's grants that have not ended, last used first."""
        ...

    async def access_token(self, token_hash: bytes) -> HeldAccess | None:
        """Return the access token and whom it acts for."""
        ...

    async def refresh_token(self, token_hash: bytes) -> HeldRefresh | None:
        """Return the refresh token, used or not, and whom it acts for."""
        ...


class AuthorizationWriter(AuthorizationReader, Protocol):
    """Changes what devices may do, in one transaction. ``save_`` replaces what has the same hash or id."""

    async def has_session(self, session_id: SessionId) -> bool:
        """Tell whether the session has not been ended. Nobody ends it until the block does."""
        ...

    async def add_device_authorization(self, authorization: DeviceAuthorization) -> None:
        """Keep a new device authorization.

        Raises:
            UserCodeTaken: Its user code is another's. The transaction can only be left now.
        """
        ...

    async def save_device_authorization(self, authorization: DeviceAuthorization) -> None:
        """Keep what became of a device authorization."""
        ...

    async def add_authorization_code(self, code: AuthorizationCode) -> None:
        """Keep a new authorization code."""
        ...

    async def save_authorization_code(self, code: AuthorizationCode) -> None:
        """Keep what became of an authorization code."""
        ...

    async def take_back_from(self, account_id: AccountId, *, at: datetime) -> None:
        """Deny every device that the account approved and that did not come yet, and remove its unused codes.

        One that comes at this very moment has come: its grant is found after this.
        """
        ...

    async def add_grant(self, grant: Grant) -> None:
        """Keep a new grant."""
        ...

    async def save_grant(self, grant: Grant) -> None:
        """Keep when a grant was last used, and its end."""
        ...

    async def add_access_token(self, token: AccessToken) -> None:
        """Keep a new access token."""
        ...

    async def add_refresh_token(self, token: RefreshToken) -> None:
        """Keep a new refresh token."""
        ...

    async def save_refresh_token(self, token: RefreshToken) -> None:
        """Keep what became of a refresh token."""
        ...

    async def forget_sealed_copies_of(self, successor_hash: bytes) -> None:
        """Remove the sealed copy of a successor that was used: from now on its parent cannot be repeated."""
        ...

    async def forget_ended(self, *, at: datetime, most: int) -> int:
        """Remove what nobody can use any more, at most ``most`` of each kind; return how many there were.

        A device code and an authorization code go a day after they expired, an access token when it
        expires, a sealed copy when it can be asked for no more, a refresh token 30 days after it was used or
        when it expires, each later than anybody honest can show it. Grants stay: they are the record.
        """
        ...

    async def record(
        self,
        what: str,
        *,
        subjects: Mapping[str, str],
        at: datetime,
        detail: Mapping[str, object] = NO_DETAIL,
    ) -> None:
        """Write down what happened, in the same transaction; the account among ``subjects`` did it."""
        ...


class Authorizations(Protocol):
    """Where authorizations are kept."""

    def reading(self) -> AbstractAsyncContextManager[AuthorizationReader]:
        """Open a view of what is kept."""
        ...

    def changing(self) -> AbstractAsyncContextManager[AuthorizationWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        ...

"""Where accounts, their passwords and their sessions are kept."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.federation.identity import IdentityId
    from mooring.server.identity.domain.session import Session, SessionId
    from mooring.server.identity.domain.ways_in import WaysIn
    from mooring.server.record.outbox.mail import Mail

NO_DETAIL: Mapping[str, object] = MappingProxyType({})


class EmailTaken(Exception):
    """Another account has this address."""


class Credential(NamedTuple):
    """An account, the hash of its password, and whether a second factor is asked for after that.

    ``changed_at`` is when the one or the other was last changed.
    """

    account: Account
    password_hash: str
    changed_at: datetime
    second_factor: bool = False


class SignedIn(NamedTuple):
    """A session, and the account that is signed in."""

    session: Session
    account: Account


class AccountReader(Protocol):
    """Reads."""

    async def account(
        self, account_id: AccountId, *, signed_in_by: IdentityId | None = None
    ) -> Account | None:
        """Return the account with this identifier, as it is when somebody signed in by this identity."""
        ...

    async def credential(self, email_key: str) -> Credential | None:
        """Return the account whose address has this key, and its password's hash."""
        ...

    async def proofs_changed_at(self, account_id: AccountId) -> datetime | None:
        """Return when the account's password or its second factor was last changed; none: it has neither."""
        ...

    async def session(self, token_hash: bytes) -> SignedIn | None:
        """Return the session with this token and its account, whether it has ended or not."""
        ...


class AccountWriter(AccountReader, Protocol):
    """Changes accounts and sessions within one transaction."""

    async def ways_in(self, account_id: AccountId) -> WaysIn:
        """Return by what the account's owner can sign in. Nobody else changes that until the block ends."""
        ...

    async def add_account(self, account: Account, password_hash: str | None = None) -> None:
        """Keep a new account; who signs in another way has no password.

        Raises:
            EmailTaken: Its address is another's. The transaction can only be left now.
        """
        ...

    async def save_account(self, account: Account) -> None:
        """Keep its address, whether that is verified, its name and its language.

        Not its staff role: who keeps an account as it was a moment ago brings no role back that is gone now.

        Raises:
            EmailTaken: Its address is another's. The transaction can only be left now.
        """
        ...

    async def save_password(self, account_id: AccountId, password_hash: str, *, at: datetime | None) -> None:
        """Keep another hash: of a password that the account has since ``at``; none: of the one it has."""
        ...

    async def add_session(self, session: Session, token_hash: bytes) -> None:
        """Keep a new session."""
        ...

    async def has_session(self, session_id: SessionId) -> bool:
        """Tell whether the session has not been ended. Nobody ends it until the block does."""
        ...

    async def save_session(self, session: Session) -> None:
        """Keep when the session was last used, and when the person in it last proved who they are."""
        ...

    async def remove_session(self, token_hash: bytes) -> Session | None:
        """Remove the session with this token and return it, if there is one."""
        ...

    async def forget_sessions(self, *, at: datetime, most: int) -> int:
        """Remove at most ``most`` sessions that have ended; return how many there were."""
        ...

    async def send(self, mail: Mail, *, at: datetime) -> None:
        """Have ``mail`` sent soon, if this transaction is kept, and else never."""
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


class Accounts(Protocol):
    """Where accounts are kept."""

    def reading(self) -> AbstractAsyncContextManager[AccountReader]:
        """Open a view of what is kept."""
        ...

    def changing(self) -> AbstractAsyncContextManager[AccountWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        ...

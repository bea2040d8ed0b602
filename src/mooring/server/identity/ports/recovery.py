"""Where it is kept what mails stand for, together with everything that proving a mailbox may change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from mooring.server.identity.ports.accounts import AccountReader, AccountWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.recovery.mail_token import MailToken
    from mooring.server.identity.ports.authorizations import AuthorizationWriter
    from mooring.server.identity.ports.credentials import CredentialReader, CredentialWriter
    from mooring.server.identity.ports.identities import IdentityWriter


T_contra = TypeVar("T_contra", contravariant=True)


class Withdrawal(Protocol[T_contra]):
    """Ends what an account offers to others, as part of a transaction."""

    async def __call__(
        self, transaction: T_contra, account_id: AccountId, *, at: datetime
    ) -> Sequence[tuple[str, str]]:
        """End it, and tell by mail to whom it was offered; return of each offer of what, and to whom."""
        ...


class RecoveryReader(AccountReader, Protocol):
    """Reads."""

    @property
    def credentials(self) -> CredentialReader:
        """By what the owner of an account proves who they are, in this view."""
        ...

    async def account_at(self, email_key: str) -> Account | None:
        """Return the account whose address has this key, however its owner signs in."""
        ...

    async def mail_token(self, token_hash: bytes) -> MailToken | None:
        """Return the mail token, used and ended or not."""
        ...


class RecoveryWriter(RecoveryReader, AccountWriter, Protocol):
    """Changes mail tokens, and accounts with them. A token that it finds it locks: it is used once."""

    @property
    def credentials(self) -> CredentialWriter:
        """What else is kept of the account, in this transaction."""
        ...

    @property
    def identities(self) -> IdentityWriter:
        """Who the person is at providers, in this transaction."""
        ...

    @property
    def authorizations(self) -> AuthorizationWriter:
        """The devices that are signed in, in this transaction."""
        ...

    async def add_mail_token(self, token: MailToken) -> None:
        """Keep a new mail token."""
        ...

    async def save_mail_token(self, token: MailToken) -> None:
        """Keep how often it was tried, and when it was used."""
        ...

    async def end_mail_tokens_of(
        self, account_id: AccountId, *, undo_after: datetime | None = None, at: datetime
    ) -> None:
        """Let every open mail token of the account count as used.

        Those that undo something stay, but for the ones that were made later than ``undo_after``.
        """
        ...

    async def withdraw_offers(self, account_id: AccountId, *, at: datetime) -> Sequence[tuple[str, str]]:
        """End what the account offers to others, who are told; return of each offer of what, and to whom."""
        ...

    async def forget_mail_tokens(self, *, at: datetime, most: int) -> int:
        """Remove at most ``most`` mail tokens that have ended; return how many there were."""
        ...


class Recoveries(Protocol):
    """Where it is kept."""

    def reading(self) -> AbstractAsyncContextManager[RecoveryReader]:
        """Open a view of what is kept."""
        ...

    def changing(self) -> AbstractAsyncContextManager[RecoveryWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        ...

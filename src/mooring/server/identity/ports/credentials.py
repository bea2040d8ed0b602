"""Where it is kept by what the owner of an account proves who they are, and where they are signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from mooring.server.identity.ports.accounts import AccountReader, AccountWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.credentials.authenticator import Authenticator
    from mooring.server.identity.domain.credentials.passkey import Passkey, PasskeyId
    from mooring.server.identity.domain.session import Session, SessionId


class PasskeyTaken(Exception):
    """This passkey opens an account already."""


class KeptPassword(NamedTuple):
    """The hash of an account's password, and when it was last changed."""

    hash: str
    changed_at: datetime


class CredentialReader(AccountReader, Protocol):
    """Reads."""

    async def password_of(self, account_id: AccountId) -> KeptPassword | None:
        """Return the account's password; none where its owner signs in another way."""
        ...

    async def passkey(self, credential_id: bytes) -> Passkey | None:
        """Return the passkey that devices know by ``credential_id``."""
        ...

    async def passkeys_of(self, account_id: AccountId) -> Sequence[Passkey]:
        """Return the account's passkeys, the one that was added first first."""
        ...

    async def authenticator(self, account_id: AccountId) -> Authenticator | None:
        """Return the account's authenticator, confirmed or not."""
        ...

    async def recovery_codes_left(self, account_id: AccountId) -> int:
        """Return how many of the account's recovery codes were not used."""
        ...

    async def sessions_of(self, account_id: AccountId) -> Sequence[Session]:
        """Return the account's sessions, last used first; some may have ended."""
        ...


class CredentialWriter(CredentialReader, AccountWriter, Protocol):
    """Changes them within one transaction. A passkey and an authenticator that it finds it locks."""

    async def add_passkey(self, passkey: Passkey) -> None:
        """Keep a new passkey.

        Raises:
            PasskeyTaken: It is known already. The transaction can only be left now.
        """
        ...

    async def save_passkey(self, passkey: Passkey) -> None:
        """Keep its name, and how it was last used."""
        ...

    async def remove_passkey(self, passkey_id: PasskeyId) -> None:
        """Remove a passkey."""
        ...

    async def save_authenticator(self, authenticator: Authenticator) -> None:
        """Keep the account's authenticator, new or changed."""
        ...

    async def remove_authenticator(self, account_id: AccountId) -> None:
        """Remove the account's authenticator and its recovery codes."""
        ...

    async def replace_recovery_codes(
        self, account_id: AccountId, code_hashes: Sequence[bytes], *, at: datetime
    ) -> None:
        """Let these be the account's recovery codes, and no others."""
        ...

    async def use_recovery_code(self, account_id: AccountId, code_hash: bytes, *, at: datetime) -> bool:
        """Use a recovery code up; tell whether it was the account's and unused."""
        ...

    async def end_resets_of(self, account_id: AccountId, *, at: datetime) -> None:
        """Let every open mail token that leads to another password of the account count as used."""
        ...

    async def remove_password(self, account_id: AccountId) -> None:
        """Remove the account's password."""
        ...

    async def remove_session_of(self, account_id: AccountId, session_id: SessionId) -> Session | None:
        """Remove this session and return it, if it is the account's."""
        ...

    async def remove_sessions_of(
        self, account_id: AccountId, *, keep: SessionId | None = None
    ) -> Sequence[Session]:
        """Remove every session of the account but the one to ``keep``, and return them."""
        ...


class Credentials(Protocol):
    """Where credentials are kept."""

    def reading(self) -> AbstractAsyncContextManager[CredentialReader]:
        """Open a view of what is kept."""
        ...

    def changing(self) -> AbstractAsyncContextManager[CredentialWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        ...

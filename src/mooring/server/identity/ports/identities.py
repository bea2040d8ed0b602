"""Where it is kept who a person is at providers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mooring.server.identity.ports.accounts import AccountReader, AccountWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.federation.identity import Identity, IdentityId
    from mooring.server.identity.domain.session import Session, SessionId


class IdentityTaken(Exception):
    """This identity opens an account already."""


class IdentityReader(AccountReader, Protocol):
    """Reads."""

    async def identity(self, issuer: str, subject: str) -> Identity | None:
        """Return the identity that this issuer calls ``subject``."""
        ...

    async def has_sessions_at(self, issuer: str, provider_session: str) -> bool:
        """Tell whether this session at this issuer opened any that are kept."""
        ...

    async def identities_of(self, account_id: AccountId) -> Sequence[Identity]:
        """Return the account's identities, the one that was linked first first."""
        ...


class IdentityWriter(IdentityReader, AccountWriter, Protocol):
    """Changes identities, and accounts with them, within one transaction."""

    async def has_second_factor(self, account_id: AccountId) -> bool:
        """Tell whether the account's owner has a second factor that we ask for."""
        ...

    async def add_identity(self, identity: Identity) -> None:
        """Keep a new identity.

        Raises:
            IdentityTaken: It is known already. The transaction can only be left now.
        """
        ...

    async def save_identity(self, identity: Identity) -> None:
        """Keep when an identity was last used, and what is shown of it."""
        ...

    async def remove_identity(self, identity_id: IdentityId, *, keep: SessionId) -> None:
        """Remove an identity and the sessions that it opened, but for one, which goes on without it.

        Devices that were let in from such a session stay; they are the account's.
        """
        ...

    async def remove_sessions_by(self, issuer: str, sub: str) -> Sequence[Session]:
        """Remove the sessions of whom this issuer calls ``sub`` in its tokens, and return them."""
        ...

    async def remove_sessions_at(self, issuer: str, provider_session: str) -> Sequence[Session]:
        """Remove the sessions that this session at this issuer opened, and return them."""
        ...


class Identities(Protocol):
    """Where identities are kept."""

    def reading(self) -> AbstractAsyncContextManager[IdentityReader]:
        """Open a view of what is kept."""
        ...

    def changing(self) -> AbstractAsyncContextManager[IdentityWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        ...

"""Identities at providers in the database."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, delete, insert, or_, select, update

from mooring.core.identifiers import AccountId
from mooring.server.foundation.database.port import UniqueViolation
from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.domain.federation.identity import Identity, IdentityId
from mooring.server.identity.ports.identities import IdentityTaken
from mooring.server.identity.storage.accounts.reading import StoredAccountReader, session_of
from mooring.server.identity.storage.accounts.writing import StoredAccountWriter
from mooring.server.identity.storage.tables import (
    authenticators,
    authorization_codes,
    device_authorizations,
    grants,
    identities,
    sessions,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from mooring.server.foundation.database.port import Database, Row
    from mooring.server.identity.domain.session import Session, SessionId
    from mooring.server.record.outbox.writing import Outbox

_IDENTITY = Statement(
    select(identities).where(
        identities.c.issuer == bindparam("wanted_issuer"), identities.c.subject == bindparam("wanted")
    )
)
_IDENTITIES_OF = Statement(
    select(identities).where(identities.c.account_id == bindparam("of_account")).order_by(identities.c.id)
)
_SECOND_FACTOR = Statement(
    select(authenticators.c.account_id).where(
        authenticators.c.account_id == bindparam("of_account"), authenticators.c.confirmed_at.is_not(None)
    )
)
_ADD = Statement(insert(identities))
_SAVE = Statement(
    update(identities)
    .where(identities.c.id == bindparam("of_identity"))
    .values(hint=bindparam("new_hint"), last_used_at=bindparam("used"))
)
_END_SESSIONS = Statement(
    delete(sessions).where(
        sessions.c.identity_id == bindparam("of_identity"), sessions.c.id != bindparam("kept")
    )
)
_LET_GO = [
    Statement(update(table).where(table.c.identity_id == bindparam("of_identity")).values(identity_id=None))
    for table in (sessions, grants, device_authorizations, authorization_codes)
]
_REMOVE = Statement(delete(identities).where(identities.c.id == bindparam("of_identity")))
_AT_PROVIDER = (
    sessions.c.provider_session == bindparam("ended"),
    sessions.c.identity_id.in_(
        select(identities.c.id).where(identities.c.issuer == bindparam("wanted_issuer"))
    ),
)
_SESSION_AT = Statement(select(sessions.c.id).where(*_AT_PROVIDER).limit(1))
_REMOVE_SESSIONS_AT = Statement(delete(sessions).where(*_AT_PROVIDER).returning(sessions))
_REMOVE_SESSIONS_BY = Statement(
    delete(sessions)
    .where(
        sessions.c.identity_id.in_(
            select(identities.c.id).where(
                identities.c.issuer == bindparam("wanted_issuer"),
                or_(  # kept beside where it is not the subject itself
                    identities.c.provider_sub == bindparam("wanted"),
                    and_(identities.c.provider_sub.is_(None), identities.c.subject == bindparam("wanted")),
                ),
            )
        )
    )
    .returning(sessions)
)


class StoredIdentities:
    """Implements :class:`~mooring.server.identity.ports.identities.Identities`."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[StoredIdentityReader]:
        """Open a view of what is kept."""
        async with self._database.reading() as session:
            yield StoredIdentityReader(session)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[StoredIdentityWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        async with self._database.transaction() as transaction:
            yield StoredIdentityWriter(transaction, self._outbox)


class StoredIdentityReader(StoredAccountReader):
    """Reads identities, and accounts with them."""

    async def identity(self, issuer: str, subject: str) -> Identity | None:
        """Return the identity that this issuer calls ``subject``."""
        row = await self._session.fetch_one(_IDENTITY, wanted_issuer=issuer, wanted=subject)
        return None if row is None else _identity_of(row)

    async def has_sessions_at(self, issuer: str, provider_session: str) -> bool:
        """Tell whether this session at this issuer opened any that are kept."""
        row = await self._session.fetch_one(_SESSION_AT, wanted_issuer=issuer, ended=provider_session)
        return row is not None

    async def identities_of(self, account_id: AccountId) -> Sequence[Identity]:
        """Return the account's identities, the one that was linked first first."""
        return [_identity_of(row) for row in await self._session.fetch(_IDENTITIES_OF, of_account=account_id)]


class StoredIdentityWriter(StoredIdentityReader, StoredAccountWriter):
    """Changes identities, and accounts with them, within one transaction."""

    async def has_second_factor(self, account_id: AccountId) -> bool:
        """Tell whether the account's owner has a second factor that we ask for."""
        return await self._transaction.fetch_one(_SECOND_FACTOR, of_account=account_id) is not None

    async def add_identity(self, identity: Identity) -> None:
        """Keep a new identity; see the port."""
        try:
            await self._transaction.execute(
                _ADD,
                id=identity.id,
                account_id=identity.account_id,
                provider=identity.provider,
                issuer=identity.issuer,
                subject=identity.subject,
                provider_sub=identity.provider_sub,
                hint=identity.hint,
                linked_at=identity.linked_at,
                last_used_at=identity.last_used_at,
            )
        except UniqueViolation:
            raise IdentityTaken from None

    async def save_identity(self, identity: Identity) -> None:
        """Keep when an identity was last used, and what is shown of it."""
        await self._transaction.execute(
            _SAVE, of_identity=identity.id, new_hint=identity.hint, used=identity.last_used_at
        )

    async def remove_identity(self, identity_id: IdentityId, *, keep: SessionId) -> None:
        """Remove an identity and the sessions that it opened; see the port."""
        await self._transaction.execute(_END_SESSIONS, of_identity=identity_id, kept=keep)
        for statement in (*_LET_GO, _REMOVE):
            await self._transaction.execute(statement, of_identity=identity_id)

    async def remove_sessions_by(self, issuer: str, sub: str) -> Sequence[Session]:
        """Remove the sessions of whom this issuer calls ``sub``; see the port."""
        rows = await self._transaction.fetch(_REMOVE_SESSIONS_BY, wanted_issuer=issuer, wanted=sub)
        return [session_of(row) for row in rows]

    async def remove_sessions_at(self, issuer: str, provider_session: str) -> Sequence[Session]:
        """Remove the sessions that this session at this issuer opened, and return them."""
        rows = await self._transaction.fetch(
            _REMOVE_SESSIONS_AT, wanted_issuer=issuer, ended=provider_session
        )
        return [session_of(row) for row in rows]


def _identity_of(row: Row) -> Identity:
    return Identity(
        id=IdentityId(row.id),
        account_id=AccountId(row.account_id),
        provider=row.provider,
        issuer=row.issuer,
        subject=row.subject,
        provider_sub=row.provider_sub,
        hint=row.hint,
        linked_at=row.linked_at,
        last_used_at=row.last_used_at,
    )

"""The publisher and its signing keys in the database."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import bindparam, insert, select, update

from mooring.core.jose.keys import jwk_thumbprint
from mooring.server.foundation.database.port import TransactionConflict, UniqueViolation
from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.domain.publisher import Publisher
from mooring.server.licensing.domain.signing import SigningKeyRecord
from mooring.server.licensing.storage.tables import issuing_keys, publisher, root_keys
from mooring.server.record.recorder import Actor, Event, Recorder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from datetime import datetime

    from mooring.server.foundation.database.port import Database, Row, Session, Transaction

_PUBLISHER = Statement(select(publisher))
_ROOTS = Statement(select(root_keys).order_by(root_keys.c.created_at, root_keys.c.kid))
_KEYS = Statement(
    select(issuing_keys).order_by(issuing_keys.c.created_at, issuing_keys.c.epoch, issuing_keys.c.kid)
)
# Whoever changes keys has read the publisher first: so they change one after the other.
_PUBLISHER_LOCKED = Statement(select(publisher).with_for_update())
_FOUND = Statement(insert(publisher))
_ADD_ROOT = Statement(insert(root_keys))
_ADD_KEY = Statement(insert(issuing_keys))
_REPLACE_KEY = Statement(
    update(issuing_keys)
    .where(issuing_keys.c.kid == bindparam("of_kid"))
    .values(statement=bindparam("new_statement"), current=bindparam("now_current"))
)


class StoredPublisher:
    """Implements :class:`~mooring.server.licensing.ports.signing.PublisherStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[StoredPublisherReader]:
        """Open a consistent view."""
        async with self._database.reading() as session:
            yield StoredPublisherReader(session)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[StoredPublisherWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        async with self._database.transaction() as transaction:
            yield StoredPublisherWriter(transaction)


class StoredPublisherReader:
    """Reads who the publisher is and which keys sign for it."""

    _publisher: ClassVar = _PUBLISHER

    def __init__(self, session: Session) -> None:
        self._session = session

    async def publisher(self) -> Publisher | None:
        """Return the publisher, or none before it was founded."""
        row = await self._session.fetch_one(self._publisher)
        if row is None:
            return None
        roots = await self._session.fetch(_ROOTS)
        return Publisher(
            issuer=row.issuer,
            hardware_salt=row.hardware_salt,
            secret_fingerprint=row.secret_fingerprint,
            roots=tuple(root.jwk for root in roots),
            created_at=row.created_at,
        )

    async def signing_keys(self) -> Sequence[SigningKeyRecord]:
        """Return every signing key there ever was, oldest first."""
        return [_key(row) for row in await self._session.fetch(_KEYS)]


class StoredPublisherWriter(StoredPublisherReader):
    """Changes the publisher's keys within one transaction, which begins with reading the publisher."""

    _publisher: ClassVar = _PUBLISHER_LOCKED

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self._transaction = transaction

    async def found(self, founded: Publisher) -> None:
        """Keep the publisher and its roots, once."""
        try:
            await self._transaction.execute(
                _FOUND,
                one=1,
                issuer=founded.issuer,
                hardware_salt=founded.hardware_salt,
                secret_fingerprint=founded.secret_fingerprint,
                created_at=founded.created_at,
            )
        except UniqueViolation:
            raise TransactionConflict("The publisher was founded at the same moment.") from None
        for jwk in founded.roots:
            await self._transaction.execute(
                _ADD_ROOT, kid=jwk_thumbprint(jwk), jwk=dict(jwk), created_at=founded.created_at
            )

    async def add_signing_key(self, key: SigningKeyRecord) -> None:
        """Keep a new key, stated or still waiting for the root's statement."""
        values = {field.name: getattr(key, field.name) for field in fields(SigningKeyRecord)}
        await self._transaction.execute(_ADD_KEY, **values)

    async def replace_signing_key(self, key: SigningKeyRecord) -> None:
        """Keep a key's new statement, and whether it signs now."""
        await self._transaction.execute(
            _REPLACE_KEY, of_kid=key.kid, new_statement=key.statement, now_current=key.current
        )

    async def record(self, what: str, *, detail: Mapping[str, object], at: datetime) -> None:
        """Write down what happened, as the operator's doing."""
        event = Event(kind=what, at=at, actor=Actor("operator"), detail=detail)
        await Recorder().append(self._transaction, event)


def _key(row: Row) -> SigningKeyRecord:
    return SigningKeyRecord(
        kid=row.kid,
        use=row.use,
        sealed_private_key=row.sealed_private_key,
        statement=row.statement,
        epoch=row.epoch,
        min_epoch=row.min_epoch,
        not_before=row.not_before,
        sign_until=row.sign_until,
        current=row.current,
        created_at=row.created_at,
    )

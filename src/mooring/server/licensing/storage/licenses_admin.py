"""Licenses in the database, as an operator looks them up and changes them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from sqlalchemy import Select, bindparam, func, select, update

from mooring.core.certificate.kinds import INVALID, SUSPENDED, VALID
from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.domain.license import Standing
from mooring.server.licensing.ports.license_desk import Filter, LicenseSummary, SeatHolder
from mooring.server.licensing.storage.ledger.status_places import StatusPlaces
from mooring.server.licensing.storage.tables import (
    activations,
    devices,
    editions,
    licenses,
    policies,
    products,
)
from mooring.server.record.recorder import Actor, Event, Recorder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from datetime import datetime

    from mooring.core.identifiers import LicenseId
    from mooring.server.foundation.database.port import Database, Row, Session, Transaction

_SUMMARY: Select[Any] = (
    select(
        licenses.c.id,
        products.c.slug.label("product"),
        editions.c.slug.label("edition"),
        policies.c.name.label("policy"),
        policies.c.channel,
        licenses.c.last_five,
        licenses.c.standing,
        func.coalesce(licenses.c.seats, policies.c.seats).label("seats"),
        licenses.c.held,
        licenses.c.expires_at,
        licenses.c.first_activated_at,
        licenses.c.moved,
        licenses.c.batch,
        licenses.c.created_at,
    )
    .join_from(licenses, policies, policies.c.id == licenses.c.policy_id)
    .join(editions, editions.c.id == policies.c.edition_id)
    .join(products, products.c.id == licenses.c.product_id)
)


class _Finding(NamedTuple):
    """The ways to find a license."""

    by_id: Statement
    by_key_hash: Statement
    by_last_five: Statement

    @classmethod
    def through(cls, summary: Select[Any]) -> Self:
        """Return the ways to find a license in ``summary``."""
        by_last_five = summary.where(licenses.c.last_five == bindparam("last_five"))
        return cls(
            Statement(summary.where(licenses.c.id == bindparam("id"))),
            Statement(summary.where(licenses.c.key_hash == bindparam("key_hash"))),
            Statement(by_last_five.order_by(licenses.c.id).limit(50)),
        )


_FINDING = _Finding.through(_SUMMARY)
_LOCKING = _Finding.through(_SUMMARY.with_for_update(of=licenses, key_share=True))
_HOLDERS = Statement(
    select(
        activations.c.id.label("activation_id"),
        activations.c.device_id,
        devices.c.name,
        devices.c.platform,
        activations.c.kind,
        activations.c.created_at.label("since"),
        devices.c.last_seen_at,
        activations.c.ends_at,
        activations.c.released_at,
    )
    .join_from(activations, devices, devices.c.id == activations.c.device_id)
    .where(activations.c.license_id == bindparam("license_id"))
    .order_by(activations.c.released_at.is_not(None), activations.c.id)
    .limit(200)
)
_SET_STANDING = Statement(
    update(licenses).where(licenses.c.id == bindparam("of_id")).values(standing=bindparam("new_standing"))
)
_SET_END = Statement(
    update(licenses).where(licenses.c.id == bindparam("of_id")).values(expires_at=bindparam("new_end"))
)
_STATUS = {Standing.ACTIVE: VALID, Standing.REVOKED: INVALID, Standing.SUSPENDED: SUSPENDED}


class StoredLicenseDesk:
    """Implements :class:`~mooring.server.licensing.ports.license_desk.LicenseDesk`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[StoredDeskReader]:
        """Open a consistent view."""
        async with self._database.reading() as session:
            yield StoredDeskReader(session)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[StoredDeskWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        async with self._database.transaction() as transaction:
            writer = StoredDeskWriter(transaction)
            yield writer
            await writer.settle()


class StoredDeskReader:
    """Looks licenses up."""

    _finding: ClassVar = _FINDING

    def __init__(self, session: Session) -> None:
        self._session = session

    async def by_id(self, license_id: LicenseId) -> LicenseSummary | None:
        """Return the license with this id."""
        return _summary(await self._session.fetch_one(self._finding.by_id, id=license_id))

    async def by_key_hash(self, key_hash: bytes) -> LicenseSummary | None:
        """Return the license that the key with this keyed hash stands for."""
        return _summary(await self._session.fetch_one(self._finding.by_key_hash, key_hash=key_hash))

    async def by_last_five(self, last_five: str) -> Sequence[LicenseSummary]:
        """Return at most 50 licenses whose keys end so."""
        return _summaries(await self._session.fetch(self._finding.by_last_five, last_five=last_five))

    async def page(self, chosen: Filter, *, after: LicenseId | None, limit: int) -> Sequence[LicenseSummary]:
        """Return up to ``limit`` licenses that follow ``after``, in the order in which they were made."""
        asked = _SUMMARY.order_by(licenses.c.id).limit(limit)
        if after is not None:
            asked = asked.where(licenses.c.id > after)
        columns = {
            products.c.slug: chosen.product,
            editions.c.slug: chosen.edition,
            licenses.c.standing: chosen.standing,
            licenses.c.batch: chosen.batch,
        }
        for column, value in columns.items():
            if value is not None:
                asked = asked.where(column == value)
        return _summaries(await self._session.fetch(Statement(asked)))

    async def holders(self, license_id: LicenseId) -> Sequence[SeatHolder]:
        """Return at most 200 devices that hold or held a place of the license, those that do first."""
        return [SeatHolder(*row) for row in await self._session.fetch(_HOLDERS, license_id=license_id)]


class StoredDeskWriter(StoredDeskReader):
    """Changes what the publisher says of a license, within one transaction; what it finds, it locks."""

    _finding: ClassVar = _LOCKING

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self._transaction = transaction
        self._places = StatusPlaces(transaction)

    async def settle(self) -> None:
        """Do what a transaction ends with."""
        await self._places.settle()

    async def set_standing(self, license_id: LicenseId, standing: Standing) -> None:
        """Keep the standing, and let the status lists say it of all that holds a place from now on."""
        await self._transaction.execute(_SET_STANDING, of_id=license_id, new_standing=standing.value)
        await self._places.set_of_license(license_id, _STATUS[standing])

    async def set_end(self, license_id: LicenseId, expires_at: datetime) -> None:
        """Keep when the license ends."""
        await self._transaction.execute(_SET_END, of_id=license_id, new_end=expires_at)

    async def record(
        self, what: str, license_id: LicenseId, *, detail: Mapping[str, object], at: datetime
    ) -> None:
        """Write down what happened to the license, as the operator's doing."""
        subjects = {"license": str(license_id)}
        event = Event(kind=what, at=at, actor=Actor("operator"), subjects=subjects, detail=detail)
        await Recorder().append(self._transaction, event)


def _summary(row: Row | None) -> LicenseSummary | None:
    return None if row is None else LicenseSummary(*row)._replace(standing=Standing(row.standing))


def _summaries(rows: Sequence[Row]) -> list[LicenseSummary]:
    return [LicenseSummary(*row)._replace(standing=Standing(row.standing)) for row in rows]

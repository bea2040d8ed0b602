"""What the PCs of accounts told of their Windows, in the database."""

from __future__ import annotations

import hashlib
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, exists, func, insert, or_, select

from mooring.core.identifiers import AccountId, is_identifier
from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.domain.activations.activation import Kind
from mooring.server.licensing.domain.windows_pcs import Consent, WindowsPc
from mooring.server.licensing.storage.ledger.holdings import StoredHoldingsReader
from mooring.server.licensing.storage.tables import activations, devices, licenses, windows_pcs
from mooring.server.record.recorder import Actor, Event, Recorder
from mooring.windows.domain.report import PURPOSE, told_by

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from mooring.core.identifiers import DeviceId
    from mooring.server.foundation.database.port import Database, Row, Session, Transaction
    from mooring.server.licensing.ports.ledger import HeldSeat

_is_still_its_device = (
    exists()
    .where(
        activations.c.device_id == windows_pcs.c.computer,
        activations.c.kind == Kind.SEAT.value,
        activations.c.released_at.is_(None),
        licenses.c.id == activations.c.license_id,
        licenses.c.holder_account == windows_pcs.c.account_id,
        or_(
            licenses.c.holder_confirmed_at.is_not(None),
            licenses.c.holder_device == activations.c.device_id,
        ),
    )
    .correlate(windows_pcs)
)
_name_now = (  # a device that went to somebody else keeps the name that its owner here knew
    select(devices.c.name)
    .where(devices.c.id == windows_pcs.c.computer, _is_still_its_device)
    .correlate(windows_pcs)
    .scalar_subquery()
)
_PCS_OF = Statement(
    select(
        *(column for column in windows_pcs.c if column is not windows_pcs.c.name),
        func.coalesce(_name_now, windows_pcs.c.name).label("name"),
    ).where(windows_pcs.c.account_id == bindparam("wanted"))
)
_DEVICE = Statement(  # it keeps its name until what is told under it is kept
    select(devices.c.id).where(devices.c.id == bindparam("wanted")).with_for_update(read=True)
)
_FORGET = Statement(
    delete(windows_pcs).where(
        windows_pcs.c.account_id == bindparam("of_account"),
        windows_pcs.c.computer == bindparam("which"),
    )
)
_ADD = Statement(insert(windows_pcs))


class StoredWindowsPcs:
    """Implements :class:`~mooring.server.licensing.ports.windows_pcs.WindowsPcs`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[StoredWindowsPcReader]:
        """Open a view of what is kept."""
        async with self._database.reading() as session:
            yield StoredWindowsPcReader(session)

    @asynccontextmanager
    async def changing(self, account_id: AccountId) -> AsyncIterator[StoredWindowsPcWriter]:
        """Open a transaction on one account's PCs: those of two requests run one after the other."""
        async with self._database.transaction(turns=[_turn_of(account_id)]) as transaction:
            yield StoredWindowsPcWriter(transaction)


class StoredWindowsPcReader:
    """Reads."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._holdings = StoredHoldingsReader(session)

    async def pcs_of(self, account_id: AccountId) -> Sequence[WindowsPc]:
        """Return the account's PCs, by the name they have now and by their id."""
        rows = await self._session.fetch(_PCS_OF, wanted=account_id)
        return sorted((_pc_of(row) for row in rows), key=lambda pc: (pc.name, pc.computer))

    async def seats_for(
        self, account_id: AccountId, device_id: DeviceId, *, at: datetime
    ) -> Sequence[HeldSeat]:
        """Return the seats of the account's licenses that this device holds or held; see the ledger."""
        return await self._holdings.seats_for(account_id, device_id, at=at)


class StoredWindowsPcWriter(StoredWindowsPcReader):
    """Changes, within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self._transaction = transaction

    async def seats_for(
        self, account_id: AccountId, device_id: DeviceId, *, at: datetime
    ) -> Sequence[HeldSeat]:
        """Return the seats of this device as they are now: nobody else renames it meanwhile."""
        await self._transaction.lock(_DEVICE, wanted=device_id)
        return await super().seats_for(account_id, device_id, at=at)

    async def keep(self, pc: WindowsPc) -> None:
        """Keep the PC in the place of what was known of it."""
        await self.forget(pc.account_id, pc.computer)
        await self._transaction.execute(
            _ADD,
            account_id=pc.account_id,
            computer=pc.computer,
            name=pc.name,
            jkt=pc.jkt,
            consent_version=pc.consent.version,
            consent_given_at=pc.consent.given_at,
            report=pc.report.to_document(),
            told_at=pc.told_at,
        )

    async def forget(self, account_id: AccountId, computer: str) -> None:
        """Remove the PC, if it is there."""
        await self._transaction.execute(_FORGET, of_account=account_id, which=computer)

    async def record_consent(self, pc: WindowsPc, *, given: bool, at: datetime) -> None:
        """Write down that the consent was given or withdrawn; that is kept when the PC is forgotten."""
        subjects: dict[str, str] = {"account": pc.account_id}
        if is_identifier(pc.computer, "dev"):
            subjects["device"] = pc.computer
        kind = "consent.given" if given else "consent.withdrawn"
        detail = {"purpose": PURPOSE, "version": pc.consent.version}
        event = Event(kind, at, Actor("account", pc.account_id), subjects, detail)
        await Recorder().append(self._transaction, event)


def _turn_of(account_id: AccountId) -> int:
    """Return the account's number for an advisory lock; that another may have the same only makes it wait."""
    digest = hashlib.blake2b(account_id.encode(), digest_size=8, person=b"windows-pcs").digest()
    return int.from_bytes(digest, signed=True)


def _pc_of(row: Row) -> WindowsPc:
    return WindowsPc(
        account_id=AccountId(row.account_id),
        computer=row.computer,
        name=row.name,
        jkt=row.jkt,
        consent=Consent(row.consent_version, row.consent_given_at),
        report=told_by(row.report),
        told_at=row.told_at,
    )

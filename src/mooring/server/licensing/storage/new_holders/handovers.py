"""Offers of licenses in the database."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, or_, select, update

from mooring.core.identifiers import AccountId, LicenseId
from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.domain.new_holders.handover import Handover, HandoverId, Outcome
from mooring.server.licensing.storage.ledger.rows import ACTIVATION_COLUMNS, activation_of
from mooring.server.licensing.storage.new_holders.addresses import StoredAddresses
from mooring.server.licensing.storage.new_holders.purchases import FORGET_PURCHASE
from mooring.server.licensing.storage.tables import activations, handovers, licenses

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from mooring.server.foundation.database.port import Row, Session, Transaction
    from mooring.server.foundation.secrets import Secrets
    from mooring.server.licensing.domain.activations.activation import Activation
    from mooring.server.licensing.domain.new_holders.addressee import Addressee
    from mooring.server.licensing.storage.ledger import StoredLedger
    from mooring.server.licensing.storage.ledger.reading import StoredLedgerReader
    from mooring.server.licensing.storage.ledger.writing import StoredLedgerWriter
    from mooring.server.record.outbox.mail import Mail
    from mooring.server.record.outbox.writing import Outbox

_is_open = handovers.c.ended_at.is_(None)
_BY_ID = Statement(select(handovers).where(handovers.c.id == bindparam("wanted")))
_BY_LINK = Statement(select(handovers).where(handovers.c.link_hash == bindparam("wanted")))
_OPEN_OF = Statement(select(handovers).where(handovers.c.license_id == bindparam("wanted"), _is_open))
_CONCERNING = Statement(
    select(handovers)
    .where(
        or_(
            handovers.c.giver == bindparam("account_id"),
            handovers.c.address_hash == bindparam("hash"),
        ),
        _is_open,
        handovers.c.ends_at > bindparam("at"),
        handovers.c.id > bindparam("after"),
    )
    .order_by(handovers.c.id)
    .limit(bindparam("limit"))
)
_PLACES = Statement(
    select(*ACTIVATION_COLUMNS)
    .where(
        activations.c.license_id == bindparam("of_license"),
        or_(activations.c.released_at.is_(None), activations.c.released_at > bindparam("released_after")),
    )
    .order_by(activations.c.id)
)
_ADD = Statement(insert(handovers))
_SAVE = Statement(
    update(handovers)
    .where(handovers.c.id == bindparam("of_handover"))
    .values(ended_at=bindparam("ended"), outcome=bindparam("became"), receiver=bindparam("taken_by"))
)
# The hash stays: the publisher finds the license by it, and another import of the same keys passes it over.
_END_KEY = Statement(update(licenses).where(licenses.c.id == bindparam("of_license")).values(last_five=None))
_LAPSE = Statement(
    update(handovers)
    .where(
        handovers.c.id.in_(
            select(handovers.c.id)
            .where(_is_open, handovers.c.ends_at <= bindparam("at"))
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True)
        )
    )
    .values(ended_at=handovers.c.ends_at, outcome=Outcome.LAPSED.value)
    .returning(handovers)
)
_FORGET = Statement(
    delete(handovers).where(
        handovers.c.id.in_(
            select(handovers.c.id)
            .where(handovers.c.ended_at < bindparam("ended_before"))
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True)
        )
    )
)


class StoredHandovers:
    """Implements :class:`~mooring.server.licensing.ports.handovers.Handovers`."""

    def __init__(self, ledger: StoredLedger, secrets: Secrets, outbox: Outbox) -> None:
        self._ledger = ledger
        self._addresses = StoredAddresses(secrets)
        self._outbox = outbox

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[StoredHandoverReader]:
        """Open a view of what is kept."""
        async with self._ledger.reading() as reader:
            yield StoredHandoverReader(reader, reader.session, self._addresses)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[StoredHandoverWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        async with self._ledger.changing() as writer:
            yield StoredHandoverWriter(writer, writer.transaction, self._addresses, self._outbox)


class StoredHandoverReader:
    """Reads offers."""

    def __init__(self, ledger: StoredLedgerReader, session: Session, addresses: StoredAddresses) -> None:
        self._ledger_read = ledger
        self._session = session
        self._addresses = addresses

    @property
    def ledger(self) -> StoredLedgerReader:
        """The ledger, in this view."""
        return self._ledger_read

    async def handover(self, handover_id: HandoverId) -> Handover | None:
        """Return the offer with this id, open or not."""
        return self._handover_of(await self._session.fetch_one(_BY_ID, wanted=handover_id))

    async def handover_by_link(self, shown: str) -> Handover | None:
        """Return the offer whose mailed link carries ``shown``, open or not."""
        wanted = self._addresses.hash_link(shown)
        return self._handover_of(await self._session.fetch_one(_BY_LINK, wanted=wanted))

    async def open_handover_of(self, license_id: LicenseId) -> Handover | None:
        """Return the license's offer that has not been ended, also one that its time ended."""
        return self._handover_of(await self._session.fetch_one(_OPEN_OF, wanted=license_id))

    async def open_handovers(
        self, account_id: AccountId, address: Addressee | None, *, after: str | None, limit: int, at: datetime
    ) -> Sequence[Handover]:
        """Return offers by this account or to this address; see the port."""
        rows = await self._session.fetch(
            _CONCERNING,
            account_id=account_id,
            hash=b"" if address is None else self._addresses.hash(address),
            after=after or "",
            limit=limit,
            at=at,
        )
        return [found for row in rows if (found := self._handover_of(row)) is not None]

    async def places_of(self, license_id: LicenseId, *, released_after: datetime) -> Sequence[Activation]:
        """Return every activation of the license that was not released, or after ``released_after``."""
        rows = await self._session.fetch(_PLACES, of_license=license_id, released_after=released_after)
        return [activation_of(row) for row in rows]

    def _handover_of(self, row: Row | None) -> Handover | None:
        if row is None:
            return None
        to, others = self._addresses.unseal(row.sealed_names, row.id)
        return Handover(
            id=HandoverId(row.id),
            license_id=LicenseId(row.license_id),
            giver=AccountId(row.giver),
            giver_shown=others["giver"],
            to=to,
            language=row.language,
            offered_at=row.offered_at,
            ends_at=row.ends_at,
            ended_at=row.ended_at,
            outcome=None if row.outcome is None else Outcome(row.outcome),
            receiver=None if row.receiver is None else AccountId(row.receiver),
        )


class StoredHandoverWriter(StoredHandoverReader):
    """Changes offers within one transaction."""

    def __init__(
        self,
        ledger: StoredLedgerWriter,
        transaction: Transaction,
        addresses: StoredAddresses,
        outbox: Outbox,
    ) -> None:
        super().__init__(ledger, transaction, addresses)
        self._ledger_written = ledger
        self._transaction = transaction
        self._outbox = outbox

    @property
    def ledger(self) -> StoredLedgerWriter:
        """The ledger, in this transaction."""
        return self._ledger_written

    async def add_handover(self, handover: Handover, *, link: str) -> None:
        """Keep a new offer, to be found by what its link carries."""
        await self._transaction.execute(
            _ADD,
            id=handover.id,
            license_id=handover.license_id,
            giver=handover.giver,
            address_hash=self._addresses.hash(handover.to),
            sealed_names=self._addresses.seal(handover.to, handover.id, giver=handover.giver_shown),
            link_hash=self._addresses.hash_link(link),
            language=handover.language,
            offered_at=handover.offered_at,
            ends_at=handover.ends_at,
            ended_at=None,
            outcome=None,
            receiver=None,
        )

    async def save_handover(self, handover: Handover) -> None:
        """Keep how an offer ended."""
        await self._transaction.execute(
            _SAVE,
            of_handover=handover.id,
            ended=handover.ended_at,
            became=None if handover.outcome is None else handover.outcome.value,
            taken_by=handover.receiver,
        )

    async def end_key(self, license_id: LicenseId) -> None:
        """Let the license's key open nothing any more; see the port."""
        await self._transaction.execute(_END_KEY, of_license=license_id)

    async def forget_purchase(self, license_id: LicenseId) -> None:
        """Let the address that the license was sold to claim it no more."""
        await self._transaction.execute(FORGET_PURCHASE, of_license=license_id)

    async def send(self, mail: Mail, *, at: datetime) -> None:
        """Have ``mail`` sent, if the transaction is committed."""
        await self._outbox.send(self._transaction, mail, at=at)

    async def lapse(self, *, at: datetime, most: int) -> Sequence[Handover]:
        """End at most ``most`` offers whose time is over at ``at``, and return them."""
        rows = await self._transaction.fetch(_LAPSE, at=at, most=most)
        return [found for row in rows if (found := self._handover_of(row)) is not None]

    async def forget_handovers(self, *, ended_before: datetime, most: int) -> int:
        """Remove at most ``most`` offers that ended before then; return how many there were."""
        return await self._transaction.execute(_FORGET, ended_before=ended_before, most=most)

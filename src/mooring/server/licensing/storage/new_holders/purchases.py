"""Which license was sold to which address, and the links in mails there, in the database."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, select, update

from mooring.core.identifiers import LicenseId
from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.domain.new_holders.purchase import MOST_AT_ONCE, ClaimLink, Purchase
from mooring.server.licensing.storage.minting import keep_licenses
from mooring.server.licensing.storage.new_holders.addresses import StoredAddresses
from mooring.server.licensing.storage.tables import claim_links, purchases
from mooring.server.record.recorder import Actor, Event, Recorder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from datetime import datetime

    from mooring.server.foundation.database.port import Row, Session, Transaction
    from mooring.server.foundation.secrets import Secrets
    from mooring.server.licensing.domain.new_holders.addressee import Addressee
    from mooring.server.licensing.ports.minting import Batch, NewLicense
    from mooring.server.licensing.storage.ledger import StoredLedger
    from mooring.server.licensing.storage.ledger.reading import StoredLedgerReader
    from mooring.server.licensing.storage.ledger.writing import StoredLedgerWriter
    from mooring.server.record.outbox.mail import Mail
    from mooring.server.record.outbox.writing import Outbox

_PURCHASE = Statement(select(purchases).where(purchases.c.license_id == bindparam("wanted")))
_PURCHASES_OF = Statement(
    select(purchases)
    .where(purchases.c.address_hash == bindparam("hash"))
    .order_by(purchases.c.license_id)
    .limit(bindparam("most"))
)
_link = select(claim_links).where(claim_links.c.link_hash == bindparam("wanted"))
_LINK = Statement(_link)
_LOCK_LINK = Statement(_link.with_for_update())
_ADD = Statement(insert(purchases))
FORGET_PURCHASE = Statement(delete(purchases).where(purchases.c.license_id == bindparam("of_license")))
_ADD_LINK = Statement(insert(claim_links))
_END_LINKS = Statement(
    update(claim_links)
    .where(claim_links.c.address_hash == bindparam("hash"), claim_links.c.used_at.is_(None))
    .values(used_at=bindparam("ended"))
)
_USE_LINK = Statement(
    update(claim_links)
    .where(claim_links.c.link_hash == bindparam("of_link"))
    .values(used_at=bindparam("used"))
)
_FORGET_LINKS = Statement(
    delete(claim_links).where(
        claim_links.c.link_hash.in_(
            select(claim_links.c.link_hash)
            .where(claim_links.c.ends_at <= bindparam("ended_before"))
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True)
        )
    )
)


class StoredPurchases:
    """Implements :class:`~mooring.server.licensing.ports.purchases.Purchases`."""

    def __init__(self, ledger: StoredLedger, secrets: Secrets, outbox: Outbox) -> None:
        self._ledger = ledger
        self._addresses = StoredAddresses(secrets)
        self._outbox = outbox

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[StoredPurchaseReader]:
        """Open a view of what is kept."""
        async with self._ledger.reading() as reader:
            yield StoredPurchaseReader(reader, reader.session, self._addresses)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[StoredPurchaseWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        async with self._ledger.changing() as writer:
            yield StoredPurchaseWriter(writer, writer.transaction, self._addresses, self._outbox)


class StoredPurchaseReader:
    """Reads."""

    _finding = _LINK

    def __init__(self, ledger: StoredLedgerReader, session: Session, addresses: StoredAddresses) -> None:
        self._ledger_read = ledger
        self._session = session
        self._addresses = addresses

    @property
    def ledger(self) -> StoredLedgerReader:
        """The ledger, in this view."""
        return self._ledger_read

    async def purchase(self, license_id: LicenseId) -> Purchase | None:
        """Return to whom the license was sold, while it waits for them."""
        row = await self._session.fetch_one(_PURCHASE, wanted=license_id)
        return None if row is None else self._purchase_of(row)

    async def purchases_of(self, address: Addressee, *, most: int = MOST_AT_ONCE) -> Sequence[Purchase]:
        """Return what waits for this address, by license; at most so much."""
        rows = await self._session.fetch(_PURCHASES_OF, hash=self._addresses.hash(address), most=most)
        return [self._purchase_of(row) for row in rows]

    async def claim_link(self, shown: str) -> ClaimLink | None:
        """Return what a mailed link stands for, used and ended or not."""
        row = await self._session.fetch_one(self._finding, wanted=self._addresses.hash_link(shown))
        if row is None:
            return None
        to, _ = self._addresses.unseal(row.sealed_address, row.link_hash.hex())
        return ClaimLink(to=to, created_at=row.created_at, ends_at=row.ends_at, used_at=row.used_at)

    def _purchase_of(self, row: Row) -> Purchase:
        to, _ = self._addresses.unseal(row.sealed_address, row.license_id)
        return Purchase(
            license_id=LicenseId(row.license_id), to=to, language=row.language, sold_at=row.sold_at
        )


class StoredPurchaseWriter(StoredPurchaseReader):
    """Changes, within one transaction."""

    _finding = _LOCK_LINK

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

    async def add_license(self, new: NewLicense, batch: Batch) -> None:
        """Keep a new license, which is sold with that."""
        await keep_licenses(self._transaction, [new], batch)

    async def keep_purchase(self, purchase: Purchase) -> None:
        """Let the license wait for this address, and for no other."""
        await self.forget_purchase(purchase.license_id)
        await self._transaction.execute(
            _ADD,
            license_id=purchase.license_id,
            address_hash=self._addresses.hash(purchase.to),
            sealed_address=self._addresses.seal(purchase.to, purchase.license_id),
            language=purchase.language,
            sold_at=purchase.sold_at,
        )

    async def forget_purchase(self, license_id: LicenseId) -> None:
        """Let the license wait no more."""
        await self._transaction.execute(FORGET_PURCHASE, of_license=license_id)

    async def add_claim_link(self, link: ClaimLink, *, shown: str) -> None:
        """Keep a new link; those that went to the same address before are worth nothing any more."""
        address_hash, link_hash = self._addresses.hash(link.to), self._addresses.hash_link(shown)
        await self._transaction.execute(_END_LINKS, hash=address_hash, ended=link.created_at)
        await self._transaction.execute(
            _ADD_LINK,
            link_hash=link_hash,
            address_hash=address_hash,
            sealed_address=self._addresses.seal(link.to, link_hash.hex()),
            created_at=link.created_at,
            ends_at=link.ends_at,
            used_at=link.used_at,
        )

    async def use_claim_link(self, shown: str, *, at: datetime) -> None:
        """Let a link be used up."""
        await self._transaction.execute(_USE_LINK, of_link=self._addresses.hash_link(shown), used=at)

    async def send(self, mail: Mail, *, at: datetime) -> None:
        """Have ``mail`` sent, if the transaction is committed."""
        await self._outbox.send(self._transaction, mail, at=at)

    async def record_sale(self, license_id: LicenseId, *, detail: Mapping[str, object], at: datetime) -> None:
        """Write down that an operator sold the license to an address, or sent the mail again."""
        event = Event("license.sold", at, Actor("operator"), {"license": license_id}, detail)
        await Recorder().append(self._transaction, event)

    async def forget_claim_links(self, *, ended_before: datetime, most: int) -> int:
        """Remove at most ``most`` links that ended before then; return how many there were."""
        return await self._transaction.execute(_FORGET_LINKS, ended_before=ended_before, most=most)

"""Where it is kept which license was sold to which address, and what the links in mails there stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mooring.server.licensing.domain.new_holders.purchase import MOST_AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from mooring.core.identifiers import LicenseId
    from mooring.server.licensing.domain.new_holders.addressee import Addressee
    from mooring.server.licensing.domain.new_holders.purchase import ClaimLink, Purchase
    from mooring.server.licensing.ports.ledger import LedgerReader, LedgerWriter
    from mooring.server.licensing.ports.minting import Batch, NewLicense
    from mooring.server.record.outbox.mail import Mail


class PurchaseReader(Protocol):
    """Reads."""

    @property
    def ledger(self) -> LedgerReader:
        """The ledger, in this view."""
        ...

    async def purchase(self, license_id: LicenseId) -> Purchase | None:
        """Return to whom the license was sold, while it waits for them."""
        ...

    async def purchases_of(self, address: Addressee, *, most: int = MOST_AT_ONCE) -> Sequence[Purchase]:
        """Return what waits for this address, by license; at most so much."""
        ...

    async def claim_link(self, shown: str) -> ClaimLink | None:
        """Return what a mailed link stands for, used and ended or not. A writer locks it."""
        ...


class PurchaseWriter(PurchaseReader, Protocol):
    """Changes, within one transaction."""

    @property
    def ledger(self) -> LedgerWriter:
        """The ledger, in this transaction."""
        ...

    async def add_license(self, new: NewLicense, batch: Batch) -> None:
        """Keep a new license, which is sold with that."""
        ...

    async def keep_purchase(self, purchase: Purchase) -> None:
        """Let the license wait for this address, and for no other."""
        ...

    async def forget_purchase(self, license_id: LicenseId) -> None:
        """Let the license wait no more."""
        ...

    async def add_claim_link(self, link: ClaimLink, *, shown: str) -> None:
        """Keep a new link; those that went to the same address before are worth nothing any more."""
        ...

    async def use_claim_link(self, shown: str, *, at: datetime) -> None:
        """Let a link be used up."""
        ...

    async def send(self, mail: Mail, *, at: datetime) -> None:
        """Have ``mail`` sent, if the transaction is committed."""
        ...

    async def record_sale(self, license_id: LicenseId, *, detail: Mapping[str, object], at: datetime) -> None:
        """Write down that an operator sold the license to an address, or sent the mail again."""
        ...

    async def forget_claim_links(self, *, ended_before: datetime, most: int) -> int:
        """Remove at most ``most`` links that ended before then; return how many there were."""
        ...


class Purchases(Protocol):
    """Where it is kept."""

    def reading(self) -> AbstractAsyncContextManager[PurchaseReader]:
        """Open a view of what is kept."""
        ...

    def changing(self) -> AbstractAsyncContextManager[PurchaseWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        ...

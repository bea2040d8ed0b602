"""Where offers of licenses are kept, beside the ledger that says who holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from mooring.core.identifiers import AccountId, LicenseId
    from mooring.server.licensing.domain.activations.activation import Activation
    from mooring.server.licensing.domain.new_holders.addressee import Addressee
    from mooring.server.licensing.domain.new_holders.handover import Handover, HandoverId
    from mooring.server.licensing.ports.ledger import LedgerReader, LedgerWriter
    from mooring.server.record.outbox.mail import Mail


class HandoverReader(Protocol):
    """Reads."""

    @property
    def ledger(self) -> LedgerReader:
        """The ledger, in this view."""
        ...

    async def handover(self, handover_id: HandoverId) -> Handover | None:
        """Return the offer with this id, open or not."""
        ...

    async def handover_by_link(self, shown: str) -> Handover | None:
        """Return the offer whose mailed link carries ``shown``, open or not."""
        ...

    async def open_handover_of(self, license_id: LicenseId) -> Handover | None:
        """Return the license's offer that has not been ended, also one that its time ended."""
        ...

    async def open_handovers(
        self, account_id: AccountId, address: Addressee | None, *, after: str | None, limit: int, at: datetime
    ) -> Sequence[Handover]:
        """Return up to ``limit`` offers, after that id, by this account or to this address, by id.

        They are those that were not ended, and can be accepted at ``at`` as far as their time goes.
        """
        ...

    async def places_of(self, license_id: LicenseId, *, released_after: datetime) -> Sequence[Activation]:
        """Return every activation of the license that was not released, or after ``released_after``."""
        ...


class HandoverWriter(HandoverReader, Protocol):
    """Changes offers within one transaction, under the lock of their license."""

    @property
    def ledger(self) -> LedgerWriter:
        """The ledger, in this transaction."""
        ...

    async def add_handover(self, handover: Handover, *, link: str) -> None:
        """Keep a new offer, to be found by what its link carries."""
        ...

    async def save_handover(self, handover: Handover) -> None:
        """Keep how an offer ended."""
        ...

    async def end_key(self, license_id: LicenseId) -> None:
        """Let the license's key open nothing any more; that it was its key stays known to the publisher."""
        ...

    async def forget_purchase(self, license_id: LicenseId) -> None:
        """Let the address that the license was sold to claim it no more."""
        ...

    async def send(self, mail: Mail, *, at: datetime) -> None:
        """Have ``mail`` sent, if the transaction is committed."""
        ...

    async def lapse(self, *, at: datetime, most: int) -> Sequence[Handover]:
        """End at most ``most`` offers whose time is over at ``at``, and return them."""
        ...

    async def forget_handovers(self, *, ended_before: datetime, most: int) -> int:
        """Remove at most ``most`` offers that ended before then; return how many there were."""
        ...


class Handovers(Protocol):
    """Where it is kept."""

    def reading(self) -> AbstractAsyncContextManager[HandoverReader]:
        """Open a view of what is kept."""
        ...

    def changing(self) -> AbstractAsyncContextManager[HandoverWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        ...

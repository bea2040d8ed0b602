"""Forget offers: those that nobody answered end, and what ended long ago goes, addresses and all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.licensing.domain.new_holders.handover import KEPT
from mooring.server.record.outbox.mail import Mail

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from mooring.server.licensing.ports.handovers import Handovers, HandoverWriter
    from mooring.server.licensing.ports.people import People

AT_ONCE = 500
"""How many go in one transaction, so that nobody waits long for it."""


class ForgetHandovers:
    """Ends offers whose time is over, and removes what ended thirty days ago.

    Of an offer that nobody accepted its giver is told, if they hold the license still. The receiver knew
    until when it was good, and need do nothing.
    """

    def __init__(self, handovers: Handovers, people: People) -> None:
        self._handovers = handovers
        self._people = people

    async def __call__(self, *, at: datetime) -> int:
        """Return how many were ended or removed."""
        lapsed = await self._repeat(lambda writer: self._lapse(writer, at=at))
        forgotten = await self._repeat(
            lambda writer: writer.forget_handovers(ended_before=at - KEPT, most=AT_ONCE)
        )
        return lapsed + forgotten

    async def _lapse(self, writer: HandoverWriter, *, at: datetime) -> int:
        lapsed = await writer.lapse(at=at, most=AT_ONCE)
        for each in lapsed:
            license_ = await writer.ledger.license(each.license_id)
            giver = await self._people.person(each.giver)
            if license_ is None or license_.holder is None or license_.holder.account.id != each.giver:
                continue  # what they no longer hold they know to be no longer offered
            if giver is not None and giver.email is not None:
                values = {"license": license_.offer.product_name, "to": each.to.text}
                await writer.send(Mail("handover_lapsed", giver.email, giver.language, values), at=at)
        return len(lapsed)

    async def _repeat(self, do: Callable[[HandoverWriter], Awaitable[int]]) -> int:
        done = 0
        while True:
            async with self._handovers.changing() as writer:
                some = await do(writer)
            done += some
            if some < AT_ONCE:
                return done

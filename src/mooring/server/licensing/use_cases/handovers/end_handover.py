"""End an offer before it is accepted: its giver takes it back, or its receiver does not want it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import NotFound
from mooring.server.licensing.domain.new_holders.addressee import may_take
from mooring.server.licensing.domain.new_holders.handover import Outcome
from mooring.server.record.outbox.mail import Mail

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.domain.new_holders.handover import Handover, HandoverId
    from mooring.server.licensing.ports.handovers import Handovers, HandoverWriter
    from mooring.server.licensing.ports.people import People


class UndoHandover:
    """Takes an offer back. Doing it again changes nothing."""

    def __init__(self, handovers: Handovers) -> None:
        self._handovers = handovers

    async def __call__(self, handover_id: HandoverId, account: AccountRef, *, at: datetime) -> None:
        """End the offer that ``account`` made; whom it was made to is told by mail.

        Raises:
            NotFound: The account made no such offer, or it was accepted, declined, or ended by itself.
        """
        async with self._handovers.reading() as reader:
            found = await reader.handover(handover_id)
        if found is None or found.giver != account.id:
            raise NotFound
        async with self._handovers.changing() as writer:
            ended = await _end(writer, found, Outcome.UNDONE, by=account.id, at=at)
            if ended is not None:
                values = {"license": ended, "from": found.giver_shown}
                await writer.send(Mail("handover_undone", found.to.text, found.language, values), at=at)


class DeclineHandover:
    """Turns an offer down. Doing it again changes nothing."""

    def __init__(self, handovers: Handovers, people: People) -> None:
        self._handovers = handovers
        self._people = people

    async def by_id(self, handover_id: HandoverId, account: AccountRef, *, at: datetime) -> None:
        """End the offer to the address that ``account`` proved; its giver is told by mail.

        Raises:
            NotFound: There is no such offer to that address, or not any more.
        """
        async with self._handovers.reading() as reader:
            found = await reader.handover(handover_id)
        person = await self._people.person(account.id)
        if found is None or person is None or found.giver == account.id:
            raise NotFound
        if not may_take(person, found.to, owner=None, by_link=False):
            raise NotFound
        await self._decline(found, by=account.id, at=at)

    async def by_link(self, shown: str, *, at: datetime) -> None:
        """End the offer that the link leads to; nobody need sign in for that.

        Raises:
            NotFound: It leads to none that is open.
        """
        async with self._handovers.reading() as reader:
            found = await reader.handover_by_link(shown)
        if found is None:
            raise NotFound
        await self._decline(found, by=None, at=at)

    async def _decline(self, found: Handover, *, by: AccountId | None, at: datetime) -> None:
        giver = await self._people.person(found.giver)
        async with self._handovers.changing() as writer:
            ended = await _end(writer, found, Outcome.DECLINED, by=by, at=at)
            if ended is not None and giver is not None and giver.email is not None:
                values = {"license": ended, "to": found.to.text}
                await writer.send(Mail("handover_declined", giver.email, giver.language, values), at=at)


async def _end(
    writer: HandoverWriter, found: Handover, outcome: Outcome, *, by: AccountId | None, at: datetime
) -> str | None:
    """End the offer, and return the name of what was offered; none if it was ended so before.

    Raises:
        NotFound: It ended in another way.
    """
    await writer.ledger.lock_licenses(found.license_id)
    handover = await writer.handover(found.id)
    license_ = await writer.ledger.license(found.license_id)
    if handover is None or license_ is None:
        raise NotFound
    if handover.outcome == outcome:
        return None
    if handover.ended_at is not None or at >= handover.ends_at:
        raise NotFound
    await writer.save_handover(handover.ended(outcome, at=at))
    for concerned in {handover.giver, by} - {None}:
        subjects: dict[str, str] = {"license": license_.id, "account": str(concerned)}
        await writer.ledger.record(f"handover.{outcome.value}", subjects=subjects, at=at, by=by)
    return license_.offer.product_name

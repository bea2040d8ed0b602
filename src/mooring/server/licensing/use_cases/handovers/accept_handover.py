"""Accept: a license that was offered has another holder from now on, and every seat of it is free."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mooring.core.refusals import NotFound
from mooring.server.licensing.domain.activations.activation import UNDO_WITHIN, ReleaseReason
from mooring.server.licensing.domain.new_holders.addressee import may_take
from mooring.server.licensing.domain.new_holders.handover import Outcome, handed_over
from mooring.server.licensing.use_cases.activations.release import release
from mooring.server.licensing.use_cases.holders.views import my_license
from mooring.server.record.outbox.mail import Mail

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.domain.new_holders.addressee import Person
    from mooring.server.licensing.domain.new_holders.handover import Handover, HandoverId
    from mooring.server.licensing.ports.handovers import Handovers, HandoverWriter
    from mooring.server.licensing.ports.people import People
    from mooring.server.licensing.use_cases.holders.messages import MyLicense


class AcceptHandover:
    """Takes a license that was offered. Doing it again changes nothing."""

    def __init__(self, handovers: Handovers, people: People) -> None:
        self._handovers = handovers
        self._people = people

    async def by_id(self, handover_id: HandoverId, account: AccountRef, *, at: datetime) -> MyLicense:
        """Return the license, now held by ``account``, which proved the address that it was offered to.

        Raises:
            NotFound: There is no such offer to that address, or not any more.
            LicenseSuspended, LicenseRevoked, LicenseExpired: The license cannot be used.
            LinkNotAllowed, MoveNotAllowed: Its terms changed, and keep it where it is.
        """
        async with self._handovers.reading() as reader:
            found = await reader.handover(handover_id)
        return await self._accept(found, account, by_link=False, at=at)

    async def by_link(self, shown: str, account: AccountRef, *, at: datetime) -> MyLicense:
        """Return the license, now held by ``account``, which showed the link from the mail.

        Raises:
            NotFound: The link leads to no offer that stands, or ``account`` made it.
            MeantForAnother: It does, but the address is another account's own.
            LicenseSuspended, LicenseRevoked, LicenseExpired: The license cannot be used.
            LinkNotAllowed, MoveNotAllowed: Its terms changed, and keep it where it is.
        """
        async with self._handovers.reading() as reader:
            found = await reader.handover_by_link(shown)
        return await self._accept(found, account, by_link=True, at=at)

    async def _accept(
        self, found: Handover | None, account: AccountRef, *, by_link: bool, at: datetime
    ) -> MyLicense:
        person = await self._people.person(account.id)
        if found is None or person is None or found.giver == account.id:
            raise NotFound
        owner, giver = await self._people.owner_of(found.to), await self._people.person(found.giver)
        if not may_take(person, found.to, owner=None if owner is None else owner.account, by_link=by_link):
            raise NotFound
        async with self._handovers.changing() as writer:
            await writer.ledger.lock_licenses(found.license_id)
            handover = await writer.handover(found.id)
            license_ = await writer.ledger.license(found.license_id)
            if handover is None or license_ is None:
                raise NotFound
            if not _was_accepted(handover, license_, account):
                license_ = await self._take(writer, handover, license_, account, at=at)
                receiver = _shown(handover, person, account)
                await _tell(writer, handover, license_, giver=giver, receiver=receiver, at=at)
            return await my_license(writer.ledger, license_, at=at)

    async def _take(
        self,
        writer: HandoverWriter,
        handover: Handover,
        license_: License,
        account: AccountRef,
        *,
        at: datetime,
    ) -> License:
        handed_over(license_, handover, account, at=at)  # before anything is written: may it be?
        license_ = await _freed(writer, license_, handover, at=at)
        license_ = handed_over(license_, handover, account, at=at)
        await writer.ledger.save_holder(license_)
        await writer.end_key(license_.id)
        await writer.save_handover(handover.ended(Outcome.ACCEPTED, at=at, receiver=account.id))
        await writer.forget_purchase(license_.id)
        for kind, concerned in (("license.handed_over", handover.giver), ("license.received", account.id)):
            subjects: dict[str, str] = {"license": license_.id, "account": concerned}
            await writer.ledger.record(kind, subjects=subjects, at=at, by=account.id)
        return license_


def _was_accepted(handover: Handover, license_: License, account: AccountRef) -> bool:
    holder = license_.holder
    return handover.receiver == account.id and holder is not None and holder.account.id == account.id


async def _freed(writer: HandoverWriter, license_: License, handover: Handover, *, at: datetime) -> License:
    """Return ``license_`` with no place held: neither now, nor by undoing a deactivation of the last day."""
    places = await writer.places_of(license_.id, released_after=at - UNDO_WITHIN)
    await writer.ledger.lock_devices(*{each.device_id for each in places})
    for each in await writer.places_of(license_.id, released_after=at - UNDO_WITHIN):
        if each.is_live(at=at):
            license_ = await release(
                writer.ledger, license_, each, ReleaseReason.FREED, by=handover.giver, at=at
            )
        elif each.release_reason == ReleaseReason.DEACTIVATED:
            await writer.ledger.save_activation(replace(each, release_reason=ReleaseReason.FREED))
    return license_


def _shown(handover: Handover, person: Person, account: AccountRef) -> str:
    """Return the receiver as the giver sees them: by the address they named, or as another account."""
    is_named = person.proven is not None and person.proven.key == handover.to.key
    return handover.to.text if is_named else account.masked


async def _tell(
    writer: HandoverWriter,
    handover: Handover,
    license_: License,
    *,
    giver: Person | None,
    receiver: str,
    at: datetime,
) -> None:
    product = license_.offer.product_name
    if giver is not None and giver.email is not None:
        values = {"license": product, "to": receiver}
        await writer.send(Mail("handover_accepted", giver.email, giver.language, values), at=at)
    values = {"license": product, "from": handover.giver_shown}
    await writer.send(Mail("handover_received", handover.to.text, handover.language, values), at=at)

"""Offer: a holder wants to give a license to whoever reads a mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from mooring.core.refusals import HandoverPending, InvalidRequest, NotFound
from mooring.server.licensing.domain.new_holders.addressee import new_link
from mooring.server.licensing.domain.new_holders.handover import Outcome, offer
from mooring.server.licensing.use_cases.handovers.messages import Offered
from mooring.server.licensing.use_cases.handovers.views import my_handover
from mooring.server.record.outbox.mail import Mail

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.domain.new_holders.addressee import Person
    from mooring.server.licensing.domain.new_holders.handover import Handover
    from mooring.server.licensing.ports.handovers import Handovers, HandoverWriter
    from mooring.server.licensing.ports.ledger import LedgerReader
    from mooring.server.licensing.ports.people import People
    from mooring.server.licensing.use_cases.handovers.limits import HandoverLimits
    from mooring.server.licensing.use_cases.handovers.messages import Wish
    from mooring.server.record.outbox.mail import Value

OFFER_LINK: Final = "/handover"
"""The page that the link in the receiver's mail leads to."""
HANDOVERS: Final = "/account/handovers"
"""The page with all that somebody offered, and was offered."""


class OfferLicense:
    """Offers a license to an address. Offering the same again changes nothing."""

    def __init__(self, handovers: Handovers, people: People, limits: HandoverLimits, site: str) -> None:
        """Lead to pages of ``site``, the server's address without a slash at its end."""
        self._handovers = handovers
        self._people = people
        self._limits = limits
        self._site = site

    async def __call__(self, wish: Wish, account: AccountRef, *, at: datetime) -> Offered:
        """Return the offer, of which both are told by mail.

        Raises:
            NotFound: The account does not hold such a license.
            HolderProvisional: It does, but has not shown that it is its own.
            LicenseSuspended, LicenseRevoked, LicenseExpired: The license cannot be used.
            LinkNotAllowed: The policy keeps the license with the organization.
            MoveNotAllowed: The policy ties it to its first device.
            HandoverPending: It is offered to somebody else.
            InvalidRequest: The address is the giver's own.
            BudgetSpent: There were too many offers.
        """
        giver, receiver = await self._people.person(account.id), await self._people.owner_of(wish.to)
        if giver is None:
            raise NotFound
        if giver.proven is not None and giver.proven.key == wish.to.key:
            raise InvalidRequest("to")
        # Before anything is counted: else whoever has nothing to give could use up what an address may get.
        async with self._handovers.reading() as reader:
            await _considered(reader.ledger, wish, account, giver, receiver, at=at)
        counted = self._limits.offer(account.id, wish.to, at=at)
        async with counted, self._handovers.changing() as writer:
            await writer.ledger.lock_licenses(wish.license_id)
            license_, offered = await _considered(writer.ledger, wish, account, giver, receiver, at=at)
            earlier = await writer.open_handover_of(license_.id)
            if earlier is not None and earlier.stands(license_, at=at):
                if earlier.to.key != wish.to.key:
                    raise HandoverPending
                told = await my_handover(writer.ledger, earlier, license_, "giver", at=at)
                return Offered(told, created=False)
            if earlier is not None:
                await writer.save_handover(earlier.ended(Outcome.LAPSED, at=at))
            await self._keep(writer, offered, license_, giver, receiver, at=at)
            told = await my_handover(writer.ledger, offered, license_, "giver", at=at)
            return Offered(told, created=True)

    async def _keep(
        self,
        writer: HandoverWriter,
        offered: Handover,
        license_: License,
        giver: Person,
        receiver: Person | None,
        *,
        at: datetime,
    ) -> None:
        link, product = new_link(), license_.offer.product_name
        await writer.add_handover(offered, link=link)
        values: dict[str, Value] = {
            "license": product,
            "from": offered.giver_shown,
            "link": f"{self._site}{OFFER_LINK}?token={quote(link)}",
            "until": offered.ends_at,
        }
        await writer.send(
            Mail("handover_offered", offered.to.text, offered.language, values, offered.ends_at), at=at
        )
        if giver.email is not None:
            told: dict[str, Value] = {
                "license": product,
                "to": offered.to.text,
                "link": f"{self._site}{HANDOVERS}",
                "until": offered.ends_at,
            }
            await writer.send(Mail("handover_told_giver", giver.email, giver.language, told), at=at)
        for kind, concerned in (("handover.offered", giver), ("handover.received", receiver)):
            if concerned is not None:
                subjects: dict[str, str] = {"license": license_.id, "account": concerned.account}
                await writer.ledger.record(kind, subjects=subjects, at=at, by=offered.giver)


async def _considered(
    ledger: LedgerReader,
    wish: Wish,
    account: AccountRef,
    giver: Person,
    receiver: Person | None,
    *,
    at: datetime,
) -> tuple[License, Handover]:
    """Return the license as it is now, and the offer of it that ``account`` may make."""
    license_ = await ledger.license(wish.license_id)
    if license_ is None:
        raise NotFound
    language = wish.language if receiver is None else receiver.language
    return license_, offer(license_, account, _shown(giver, account), wish.to, language=language, at=at)


def _shown(giver: Person, account: AccountRef) -> str:
    """Return the giver as the receiver sees them: an address that nobody proved is no one's word."""
    return account.masked if giver.proven is None else giver.proven.text

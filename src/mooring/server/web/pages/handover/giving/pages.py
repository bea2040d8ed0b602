"""The pages to offer a license, and to see what is open."""

from typing import Any, Final

from mooring.core.identifiers import LicenseId
from mooring.core.refusals import HandoverPending, InvalidRequest, RateLimited
from mooring.core.wording.catalogue import mark
from mooring.server.licensing.domain.new_holders.handover import HandoverId
from mooring.server.licensing.use_cases.handovers.messages import Wish
from mooring.server.licensing.use_cases.holders.messages import PageWish
from mooring.server.web.api.handovers import addressee_of
from mooring.server.web.holder_services import HolderServices
from mooring.server.web.http.problems import status_of
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.account.pages import license_named, owner
from mooring.server.web.pages.recovery.carrying import NO_ADDRESS
from mooring.server.web.pages.visiting.door import PageRoute
from mooring.server.web.pages.visiting.later import try_later
from mooring.server.web.pages.visiting.visit import Visit

HANDOVERS: Final = "/account/handovers"
OWN: Final = mark("This is your own address. Type that of whoever is to get the license.")
PENDING: Final = mark("The license is offered to somebody already. Take that offer back first.")
DONE: Final = {
    "offered": mark("The license is offered. Both of you get a mail."),
    "undone": mark("The offer is taken back. The license stays yours."),
    "declined": mark("The offer is declined. The license stays where it was."),
    "accepted": mark("The license is yours now. Sign in on a device and activate there: no key is needed."),
}
"""What the page says after something was done; the address names which, and nothing else is believed."""


class GivingPages:
    """Lets a person hand a license over, and look over what is open."""

    def __init__(self, holders: HolderServices) -> None:
        self._holders = holders
        self._services = holders.new_holders

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the pages, and what is done from them."""
        offer, one = "/account/licenses/{id}/hand-over", f"{HANDOVERS}/{{id}}"
        return (
            PageRoute("GET", HANDOVERS, self.show, signed_in=True),
            PageRoute("GET", offer, self.ask, signed_in=True, fresh=True),
            PageRoute("POST", offer, self.offer, signed_in=True, fresh=True),
            PageRoute("POST", f"{one}/undo", self.undo, signed_in=True),
            PageRoute("POST", f"{one}/accept", self.accept, signed_in=True),
            PageRoute("POST", f"{one}/decline", self.decline, signed_in=True),
        )

    async def show(self, visit: Visit) -> Answer:
        """Show what is open."""
        did, wish = visit.query.get("done", ""), PageWish(visit.query.get("after"))
        handovers = await self._services.list_handovers(owner(visit), wish, at=visit.at)
        return visit.page(
            "handover/giving/handovers.html",
            handovers=handovers,
            done=visit.say(DONE[did]) if did in DONE else "",
        )

    async def ask(self, visit: Visit) -> Answer:
        """Ask to whom the license is to go, and say what that means."""
        return await self._form(visit)

    async def offer(self, visit: Visit) -> Answer:
        """Offer it."""
        license_id = LicenseId(visit.request.params["id"])
        try:
            to = addressee_of(visit.form.get("email", ""))
            wish = Wish(license_id, to, visit.language)
        except InvalidRequest as refusal:
            wrong = {"email_wrong": visit.say(NO_ADDRESS)}
            return await self._form(visit, status=status_of(refusal), **wrong)
        try:
            await self._services.offer(wish, owner(visit), at=visit.at)
        except InvalidRequest as refusal:
            return await self._form(visit, status=status_of(refusal), email_wrong=visit.say(OWN))
        except HandoverPending as refusal:
            return await self._form(visit, status=status_of(refusal), wrong=visit.say(PENDING))
        except RateLimited as refusal:
            return await self._form(visit, status=status_of(refusal), wrong=try_later(visit, refusal))
        return _done(visit, "offered")

    async def undo(self, visit: Visit) -> Answer:
        """Take an offer back."""
        await self._services.undo(_handover_id(visit), owner(visit), at=visit.at)
        return _done(visit, "undone")

    async def accept(self, visit: Visit) -> Answer:
        """Accept what was offered to the address that the person proved."""
        await self._services.accept.by_id(_handover_id(visit), owner(visit), at=visit.at)
        return _done(visit, "accepted")

    async def decline(self, visit: Visit) -> Answer:
        """Turn it down."""
        await self._services.decline.by_id(_handover_id(visit), owner(visit), at=visit.at)
        return _done(visit, "declined")

    async def _form(
        self, visit: Visit, *, status: int = 200, wrong: str = "", email_wrong: str = ""
    ) -> Answer:
        mine = await license_named(self._holders, visit)
        values: dict[str, Any] = {"email": visit.form.get("email", "")[:254], "wrong": wrong}
        account = visit.account
        return visit.page(
            "handover/giving/offer.html",
            status=status,
            license=mine,
            shown=account.email.text if account.email and account.verified_at else account.masked,
            email_wrong=email_wrong,
            **values,
        )


def _handover_id(visit: Visit) -> HandoverId:
    return HandoverId(visit.request.params["id"])


def _done(visit: Visit, what: str) -> Answer:
    return visit.go_to(f"{HANDOVERS}?done={what}")

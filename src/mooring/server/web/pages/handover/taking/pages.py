"""The page that the link in the mail of an offer leads to. Opening it does nothing: a button does."""

from urllib.parse import quote

from mooring.core.refusals import NotFound
from mooring.server.licensing.domain.new_holders.addressee import MeantForAnother
from mooring.server.licensing.use_cases.handovers.offer_license import OFFER_LINK
from mooring.server.web.http.requests import Answer
from mooring.server.web.new_holder_services import NewHolderServices
from mooring.server.web.pages.account.pages import owner
from mooring.server.web.pages.handover.arriving import show_for_another, show_offer_over
from mooring.server.web.pages.handover.giving.pages import HANDOVERS
from mooring.server.web.pages.visiting.door import PageRoute, sign_in_address, sign_up_address
from mooring.server.web.pages.visiting.visit import Visit


class TakingPages:
    """Shows what is offered, and lets a person take it or turn it down."""

    def __init__(self, services: NewHolderServices) -> None:
        self._services = services

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the page, and what is done from it."""
        return (
            PageRoute("GET", OFFER_LINK, self.show),
            PageRoute("POST", f"{OFFER_LINK}/accept", self.accept, signed_in=True),
            PageRoute("POST", f"{OFFER_LINK}/decline", self.decline),
        )

    async def show(self, visit: Visit) -> Answer:
        """Show what is offered; who is not signed in is asked to do that first."""
        token = visit.query.get("token", "")
        account = owner(visit) if visit.signed_in else None
        try:
            found = await self._services.find_handover(token, account, at=visit.at)
        except NotFound:
            return show_offer_over(visit)
        except MeantForAnother:
            return show_for_another(visit)
        if found.is_own:
            return visit.go_to(HANDOVERS)
        here = f"{OFFER_LINK}?token={quote(token)}"
        return visit.page(
            "handover/taking/taking.html",
            offered=found.handover,
            token=token,
            sign_in=sign_in_address(here),
            sign_up=sign_up_address(here),
        )

    async def accept(self, visit: Visit) -> Answer:
        """Let the license be the person's."""
        try:
            await self._services.accept.by_link(visit.form.get("token", ""), owner(visit), at=visit.at)
        except NotFound:
            return show_offer_over(visit)
        except MeantForAnother:
            return show_for_another(visit)
        return visit.go_to(f"{HANDOVERS}?done=accepted")

    async def decline(self, visit: Visit) -> Answer:
        """Turn it down; nobody need have an account for that."""
        try:
            await self._services.decline.by_link(visit.form.get("token", ""), at=visit.at)
        except NotFound:
            return show_offer_over(visit)
        return visit.page("handover/taking/declined.html")

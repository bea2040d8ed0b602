"""The pages to claim what was sold to an e-mail address, and to ask for the mail that does."""

from typing import Final
from urllib.parse import quote

from mooring.core.identifiers import LicenseId
from mooring.core.refusals import InvalidRequest, NotFound, RateLimited
from mooring.core.wording.reasons import reason_document
from mooring.server.licensing.domain.new_holders.addressee import MeantForAnother
from mooring.server.licensing.use_cases.purchases.mailing import CLAIM_LINK
from mooring.server.licensing.use_cases.purchases.messages import Wish
from mooring.server.web.api.handovers import addressee_of
from mooring.server.web.http.problems import status_of
from mooring.server.web.http.requests import Answer
from mooring.server.web.new_holder_services import NewHolderServices
from mooring.server.web.pages.account.pages import owner
from mooring.server.web.pages.handover.arriving import show_claim_over, show_for_another
from mooring.server.web.pages.recovery.carrying import NO_ADDRESS
from mooring.server.web.pages.visiting.door import PageRoute, sign_in_address, sign_up_address
from mooring.server.web.pages.visiting.later import try_later
from mooring.server.web.pages.visiting.visit import Visit

FIND: Final = "/find-licenses"
ACCOUNT: Final = "/account"


class ClaimingPages:
    """Lets whoever reads a mailbox claim what was sold to it."""

    def __init__(self, services: NewHolderServices) -> None:
        self._services = services

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the pages and their forms."""
        return (
            PageRoute("GET", FIND, self.ask),
            PageRoute("POST", FIND, self.send),
            PageRoute("GET", CLAIM_LINK, self.show),
            PageRoute("POST", CLAIM_LINK, self.claim, signed_in=True),
            PageRoute("POST", f"{ACCOUNT}/purchases/{{id}}/claim", self.claim_one, signed_in=True),
        )

    async def ask(self, visit: Visit) -> Answer:
        """Ask for the address."""
        return _form(visit)

    async def send(self, visit: Visit) -> Answer:
        """Have the mail sent, if there is anything; the answer is the same for every address."""
        try:
            to = addressee_of(visit.form.get("email", ""))
            wish = Wish(to=to, place=visit.address, language=visit.language)
            await self._services.ask_for_licenses(wish, at=visit.at)
        except InvalidRequest as refusal:
            return _form(visit, email_wrong=visit.say(NO_ADDRESS), status=status_of(refusal))
        except RateLimited as refusal:
            return _form(visit, wrong=try_later(visit, refusal), status=status_of(refusal))
        return visit.page("handover/claiming/asked.html")

    async def show(self, visit: Visit) -> Answer:
        """Show what the link leads to; a program that opens it does nothing."""
        token = visit.query.get("token", "")
        account = owner(visit) if visit.signed_in else None
        try:
            found = await self._services.find_purchases(token, account, at=visit.at)
        except NotFound:
            return show_claim_over(visit)
        except MeantForAnother:
            return show_for_another(visit)
        here = f"{CLAIM_LINK}?token={quote(token)}"
        return visit.page(
            "handover/claiming/claim.html",
            found=found,
            token=token,
            sign_in=sign_in_address(here),
            sign_up=sign_up_address(here),
        )

    async def claim(self, visit: Visit) -> Answer:
        """Let what waits be the person's who pressed the button."""
        try:
            results = await self._services.claim_purchases.by_link(
                visit.form.get("token", ""), owner(visit), at=visit.at
            )
        except NotFound:
            return show_claim_over(visit)
        except MeantForAnother:
            return show_for_another(visit)
        told = [
            (
                each.product_name,
                each.license,
                None
                if each.refusal is None
                else reason_document(each.refusal.code, each.refusal.members, language=visit.language),
            )
            for each in results
        ]
        return visit.page("handover/claiming/claimed.html", results=told)

    async def claim_one(self, visit: Visit) -> Answer:
        """Let one be the person's who proved the address before."""
        license_id = LicenseId(visit.request.params["id"])
        mine = await self._services.claim_purchases.by_address(license_id, owner(visit), at=visit.at)
        return visit.go_to(f"{ACCOUNT}?done={'claimed' if mine.confirmed else 'claimed-for-now'}")


def _form(visit: Visit, *, wrong: str = "", email_wrong: str = "", status: int = 200) -> Answer:
    return visit.page(
        "handover/claiming/ask.html",
        status=status,
        email=visit.form.get("email", "")[:254],
        wrong=wrong,
        email_wrong=email_wrong,
    )

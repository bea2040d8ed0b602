"""The account page: what a person holds, which devices use it, and what is signed in."""

from typing import Any, Final

from mooring.core.product_key import parse_product_key
from mooring.core.refusals import KeyMalformed, KeyUnknown, NotFound, Refusal
from mooring.core.wording.catalogue import mark
from mooring.core.wording.reasons import reason_document
from mooring.core.wording.sentences import STANDING_NAMES, SYSTEM_NAMES
from mooring.server.identity.domain.authorization.grant import Grant, GrantId
from mooring.server.licensing.domain.holder import AccountRef
from mooring.server.licensing.use_cases.holders.messages import MOST_ITEMS, MyLicense, PageWish
from mooring.server.web.holder_services import HolderServices
from mooring.server.web.http.limits import ANY_PRODUCT, Limits, retry_headers
from mooring.server.web.http.problems import status_of
from mooring.server.web.http.requests import Answer
from mooring.server.web.identity_services import IdentityServices, ProductName
from mooring.server.web.pages.account.happenings import READ_FOR_THEM, latest_happenings
from mooring.server.web.pages.visiting.door import PageRoute
from mooring.server.web.pages.visiting.visit import Visit
from mooring.windows.wording.shown import shown_windows

ADDRESS: Final = "/account"
FOR_NOW: Final = "claimed-for-now"
DONE: Final = {
    "claimed": mark("The license is yours now. You do not need its product key again."),
    FOR_NOW: mark("The license is in your account, but not yours for good yet: see below."),
    "unlinked": mark("The license is unlinked. Devices that use it stay activated."),
    "freed": mark("The seat is free. Another device can take it now."),
    "freed-all": mark("All seats are free now."),
    "renamed": mark("The device has its new name."),
    "windows-forgotten": mark("What that PC told of its Windows is deleted, and it may tell nothing more."),
    "signed-out": mark("That device is signed out. Its activation stays."),
}
"""What the page says after something was done; the address names which, and nothing else is believed."""


class AccountPages:
    """Shows an account to its owner. It holds no rule about licenses: it asks, and shows."""

    def __init__(
        self,
        holders: HolderServices,
        identity: IdentityServices,
        product_name: ProductName,
        limits: Limits,
    ) -> None:
        self._holders = holders
        self._identity = identity
        self._product_name = product_name
        self._limits = limits

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the page, and the forms on it."""
        return (
            PageRoute("GET", ADDRESS, self.show, signed_in=True),
            PageRoute("POST", f"{ADDRESS}/claim", self.claim, signed_in=True),
            PageRoute("POST", f"{ADDRESS}/grants/{{id}}/end", self.end_grant, signed_in=True),
        )

    async def show(self, visit: Visit) -> Answer:
        """Show the page."""
        return await self._page(visit)

    async def claim(self, visit: Visit) -> Answer:
        """Take a license into the account by its key; a refusal is told beside the field."""
        typed = visit.form.get("product_key", "")
        try:
            mine = await self._claimed(visit, typed)
        except Refusal as refusal:
            visit.request.refused_with = refusal.code
            visit.headers.extend(retry_headers(refusal))
            return await self._page(visit, typed=typed[:80], refusal=refusal)
        return done(visit, "claimed" if mine.confirmed else FOR_NOW)

    async def _claimed(self, visit: Visit, typed: str) -> MyLicense:
        try:
            return await self._holders.claim(parse_product_key(typed), owner(visit), at=visit.at)
        except KeyUnknown:  # the page is no better a place to guess keys than the API
            await self._limits.count_unknown_key(visit.address, ANY_PRODUCT, at=visit.at)
            raise

    async def end_grant(self, visit: Visit) -> Answer:
        """Sign a device out."""
        grant_id = GrantId(visit.request.params["id"])
        await self._identity.end_grant(grant_id, account_id=visit.account.id, at=visit.at)
        return done(visit, "signed-out")

    async def _page(self, visit: Visit, *, typed: str = "", refusal: Refusal | None = None) -> Answer:
        """Return the page; a key that was ``typed`` into it and refused is answered beside its field."""
        account, did = owner(visit), visit.query.get("done", "")
        grants = await self._identity.list_grants(account.id)
        licenses = await self._holders.list_licenses(
            account, PageWish(after=visit.query.get("licenses")), at=visit.at
        )
        devices = await self._holders.list_devices(
            account, PageWish(after=visit.query.get("devices")), at=visit.at
        )
        purchases = await self._holders.new_holders.list_purchases(account, at=visit.at)
        handovers = await self._holders.new_holders.list_handovers(account, at=visit.at)
        pcs = await self._holders.windows.list_mine(account)
        events = await self._holders.list_events(account, PageWish(limit=READ_FOR_THEM))
        return visit.page(
            "account/account.html",
            status=200 if refusal is None else status_of(refusal),
            licenses=licenses,
            devices=devices,
            purchases=purchases,
            handovers=handovers.items,
            offered={each.license.id: each for each in handovers.items if each.role == "giver"},
            windows=[(pc, shown_windows(pc.report, language=visit.language)) for pc in pcs],
            grants=[await self._shown(grant) for grant in grants],
            happenings=latest_happenings(events.items, licenses.items, devices.items, visit.say),
            standings=STANDING_NAMES,
            platforms=SYSTEM_NAMES,
            done=visit.say(DONE[did]) if did in DONE else "",
            done_kind="note" if did == FOR_NOW else "good",
            claim_key=typed,
            claim_wrong="" if refusal is None else _detail(refusal, visit),
            claim_meant=refusal.suggestion if isinstance(refusal, KeyMalformed) else None,
        )

    async def _shown(self, grant: Grant) -> dict[str, Any]:
        product = grant.asking.product
        return {
            "id": grant.id,
            "asking": grant.asking,
            "product_name": None if product is None else await self._product_name(product),
            "created_at": grant.created_at,
            "last_used_at": grant.last_used_at,
        }


def owner(visit: Visit) -> AccountRef:
    """Return who is signed in, as licensing knows people."""
    return AccountRef(visit.account.id, visit.account.masked, visit.account.provider)


async def license_named(holders: HolderServices, visit: Visit) -> MyLicense:
    """Return the person's license that the address of the page names.

    Raises:
        NotFound: They have none such.
    """
    wish = PageWish(limit=MOST_ITEMS)
    while True:
        page = await holders.list_licenses(owner(visit), wish, at=visit.at)
        for mine in page.items:
            if mine.license.id == visit.request.params["id"]:
                return mine
        if page.next_cursor is None:
            raise NotFound
        wish = PageWish(page.next_cursor, MOST_ITEMS)


def _detail(refusal: Refusal, visit: Visit) -> object:
    return reason_document(refusal.code, refusal.members, language=visit.language)["detail"]


def done(visit: Visit, what: str) -> Answer:
    """Send the browser back to the page, which says that ``what`` was done."""
    return visit.go_to(f"{ADDRESS}?done={what}")

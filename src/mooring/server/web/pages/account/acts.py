"""What is done from the account page after a second look: free, unlink, rename."""

from typing import Final

from mooring.core.identifiers import DeviceId, LicenseId
from mooring.core.refusals import InvalidRequest, NotFound
from mooring.core.wording.catalogue import mark
from mooring.server.licensing.use_cases.holders.messages import (
    MOST_ITEMS,
    MyDevice,
    PageWish,
)
from mooring.server.web.holder_services import HolderServices
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.account.pages import ADDRESS, done, license_named, owner
from mooring.server.web.pages.visiting.door import PageRoute
from mooring.server.web.pages.visiting.visit import Visit

KEEPS_WORKING: Final = mark(
    "A program there that is offline may go on working until its certificate ends; then it says that it is "
    "not activated."
)


class AccountActs:
    """Asks once more, plainly, and then does it."""

    def __init__(self, holders: HolderServices) -> None:
        self._holders = holders

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the questions and what is done upon a yes."""
        device, license_ = f"{ADDRESS}/devices/{{id}}", f"{ADDRESS}/licenses/{{id}}"
        return (
            PageRoute("GET", f"{ADDRESS}/free-all", self.ask_free_all, signed_in=True),
            PageRoute("POST", f"{ADDRESS}/free-all", self.free_all, signed_in=True),
            PageRoute("GET", f"{device}/free", self.ask_free, signed_in=True),
            PageRoute("POST", f"{device}/free", self.free, signed_in=True),
            PageRoute("GET", f"{device}/rename", self.ask_rename, signed_in=True),
            PageRoute("POST", f"{device}/rename", self.rename, signed_in=True),
            PageRoute("GET", f"{license_}/unlink", self.ask_unlink, signed_in=True),
            PageRoute("POST", f"{license_}/unlink", self.unlink, signed_in=True),
            PageRoute("POST", f"{ADDRESS}/windows/{{id}}/forget", self.forget_windows, signed_in=True),
        )

    async def ask_free_all(self, visit: Visit) -> Answer:
        """Ask whether every seat shall be free."""
        return visit.page(
            "account/confirm.html",
            title=visit.say("Free all seats?"),
            text=visit.say(
                "Every device stops holding a seat of your licenses. Do this when devices are lost or sold."
            ),
            consequences=(
                visit.say(KEEPS_WORKING),
                visit.say("A computer that takes a seat afterwards may count as a move."),
            ),
            action=f"{ADDRESS}/free-all",
            yes=visit.say("Free all seats"),
        )

    async def free_all(self, visit: Visit) -> Answer:
        """Free every seat."""
        await self._holders.free_all_devices(owner(visit), at=visit.at)
        return done(visit, "freed-all")

    async def ask_free(self, visit: Visit) -> Answer:
        """Ask whether a device's seats shall be free."""
        mine = await self._device(visit)
        return visit.page(
            "account/confirm.html",
            title=visit.say("Free the seat of {device}?", device=mine.device.name),
            text=visit.say("It stops holding its seat, and another computer can take it."),
            consequences=(
                visit.say(KEEPS_WORKING),
                visit.say("Another computer that takes the seat may count as a move."),
            ),
            action=f"{ADDRESS}/devices/{mine.device.id}/free",
            yes=visit.say("Free the seat"),
        )

    async def free(self, visit: Visit) -> Answer:
        """Free a device's seats."""
        await self._holders.free_device(DeviceId(visit.request.params["id"]), owner(visit), at=visit.at)
        return done(visit, "freed")

    async def ask_rename(self, visit: Visit) -> Answer:
        """Ask for a device's new name."""
        return await self._rename_form(visit)

    async def rename(self, visit: Visit) -> Answer:
        """Give a device its new name."""
        typed = visit.form.get("name", "")
        try:
            await self._holders.rename_device(
                DeviceId(visit.request.params["id"]), typed, owner(visit), at=visit.at
            )
        except InvalidRequest:
            wrong = visit.say("Type a name of 1 to 64 characters.")
            return await self._rename_form(visit, typed[:64], wrong)
        return done(visit, "renamed")

    async def ask_unlink(self, visit: Visit) -> Answer:
        """Ask whether a license shall be unlinked."""
        mine = await license_named(self._holders, visit)
        return visit.page(
            "account/confirm.html",
            title=visit.say("Unlink {product}?", product=mine.license.product_name),
            text=visit.say("You are no longer the license's holder. Devices that use it stay activated."),
            consequences=_after_unlinking(visit, has_key=mine.license.last_five is not None),
            action=f"{ADDRESS}/licenses/{mine.license.id}/unlink",
            yes=visit.say("Unlink it"),
        )

    async def unlink(self, visit: Visit) -> Answer:
        """Unlink a license."""
        await self._holders.unlink_mine(LicenseId(visit.request.params["id"]), owner(visit), at=visit.at)
        return done(visit, "unlinked")

    async def forget_windows(self, visit: Visit) -> Answer:
        """Forget what a PC told of its Windows: at once, since withdrawing is as easy as agreeing."""
        await self._holders.windows.forget(visit.request.params["id"], owner(visit), at=visit.at)
        return done(visit, "windows-forgotten")

    async def _rename_form(self, visit: Visit, typed: str = "", wrong: str = "") -> Answer:
        mine = await self._device(visit)
        return visit.page(
            "account/rename.html",
            status=422 if wrong else 200,
            name=mine.device.name,
            typed=typed or mine.device.name,
            wrong=wrong,
            action=f"{ADDRESS}/devices/{mine.device.id}/rename",
        )

    async def _device(self, visit: Visit) -> MyDevice:
        """Return the person's device that the address names."""
        wish = PageWish(limit=MOST_ITEMS)
        while True:
            page = await self._holders.list_devices(owner(visit), wish, at=visit.at)
            for mine in page.items:
                if mine.device.id == visit.request.params["id"]:
                    return mine
            if page.next_cursor is None:
                raise NotFound
            wish = PageWish(page.next_cursor, MOST_ITEMS)


def _after_unlinking(visit: Visit, *, has_key: bool) -> tuple[str, ...]:
    if not has_key:  # it was handed over
        return (
            visit.say(
                "No product key opens it: only a device that uses it, or the publisher, can bring it back."
            ),
        )
    return (
        visit.say("It no longer comes back by signing in: keep its product key."),
        visit.say("Whoever has the product key can use it and link it again."),
    )

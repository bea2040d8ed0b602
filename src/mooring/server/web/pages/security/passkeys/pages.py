"""The pages to add, rename and remove passkeys."""

from collections.abc import Mapping
from typing import Final

from mooring.core.refusals import NotFound
from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.credentials.passkey import (
    LONGEST_NAME,
    Passkey,
    PasskeyNameUnfit,
    PasskeyRefused,
    TooManyPasskeys,
)
from mooring.server.identity.domain.staff.second_step import LastSecondFactor
from mooring.server.identity.domain.ways_in import LastWayIn
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.security.passkeys.asking import PasskeyAsking, shown
from mooring.server.web.pages.security.sections import Section, back
from mooring.server.web.pages.visiting.door import SECURITY, PageRoute
from mooring.server.web.pages.visiting.visit import Visit
from mooring.server.web.security_services import SecurityServices

NAME: Final = "passkeys"
ADD: Final = f"{SECURITY}/passkeys/add"
RENAME: Final = f"{SECURITY}/passkeys/rename"
REMOVE: Final = f"{SECURITY}/passkeys/remove"
DONE: Final = {
    "passkey-added": mark("The passkey is yours. From now on you can sign in with it, without a password."),
    "passkey-renamed": mark("The passkey has its new name."),
    "passkey-removed": mark("The passkey is removed here. Delete it on your device as well."),
}
LAST: Final = mark(
    "This is the only way into your account. Set a password, or add another passkey, before you remove it."
)
ONLY_ONE: Final = mark(
    "You work here, and this is your only second factor. Add an authenticator app, or another passkey, "
    "before you remove it."
)
UNFIT: Final = mark("Type a name of 1 to 64 characters.")
NOTHING_MADE: Final = mark(
    "No passkey was made. It needs JavaScript and a browser that knows passkeys, and the page must not be "
    "older than ten minutes. Try once more."
)
TOO_MANY: Final = mark("An account can have 20 passkeys. Remove one that you do not use any more.")


class PasskeyPages:
    """Looks after passkeys."""

    def __init__(self, services: SecurityServices, asking: PasskeyAsking) -> None:
        self._services = services
        self._asking = asking

    def section(self) -> Section:
        """Return the section of the page on security."""
        return Section(NAME, "security/passkeys/section.html", self._values, DONE)

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the pages and their forms."""
        return (
            PageRoute("GET", ADD, self.ask_add, signed_in=True, fresh=True),
            PageRoute("POST", ADD, self.add, signed_in=True, fresh=True),
            PageRoute("GET", RENAME, self.ask_rename, signed_in=True),
            PageRoute("POST", RENAME, self.rename, signed_in=True),
            PageRoute("GET", REMOVE, self.ask_remove, signed_in=True, fresh=True),
            PageRoute("POST", REMOVE, self.remove, signed_in=True, fresh=True),
        )

    async def ask_add(self, visit: Visit) -> Answer:
        """Show the form that asks the browser for a new passkey."""
        return await self._add_form(visit)

    async def add(self, visit: Visit) -> Answer:
        """Keep the passkey that the browser made."""
        services = self._asking.offered_to(visit)
        if services is None or visit.session is None:
            raise NotFound
        name = visit.form.get("name", "")
        try:
            await services.add(shown(visit), name, session=visit.session.session, at=visit.at)
        except PasskeyNameUnfit:
            return await self._add_form(visit, name_wrong=visit.say(UNFIT), status=422)
        except TooManyPasskeys:
            return await self._add_form(visit, wrong=visit.say(TOO_MANY), status=409)
        except PasskeyRefused:
            visit.request.refused_with = "passkey_refused"
            return await self._add_form(visit, wrong=visit.say(NOTHING_MADE), status=403)
        return back(visit, "passkey-added", NAME)

    async def ask_rename(self, visit: Visit) -> Answer:
        """Ask for a passkey's new name."""
        return await self._rename_form(visit, visit.query.get("id", ""))

    async def rename(self, visit: Visit) -> Answer:
        """Give a passkey its new name."""
        passkey_id, name = visit.form.get("id", ""), visit.form.get("name", "")
        try:
            await self._services.rename_passkey(passkey_id, name, account_id=visit.account.id)
        except PasskeyNameUnfit:
            return await self._rename_form(visit, passkey_id, name[:LONGEST_NAME], visit.say(UNFIT))
        return back(visit, "passkey-renamed", NAME)

    async def ask_remove(self, visit: Visit) -> Answer:
        """Ask whether a passkey shall go."""
        return await self._remove_form(visit, visit.query.get("id", ""))

    async def remove(self, visit: Visit) -> Answer:
        """Remove a passkey, unless it is the last way in."""
        passkey_id = visit.form.get("id", "")
        if visit.session is None:
            raise NotFound
        try:
            await self._services.remove_passkey(passkey_id, session=visit.session.session, at=visit.at)
        except LastWayIn:
            return await self._remove_form(visit, passkey_id, visit.say(LAST))
        except LastSecondFactor:
            return await self._remove_form(visit, passkey_id, visit.say(ONLY_ONE))
        return back(visit, "passkey-removed", NAME)

    async def _values(self, visit: Visit) -> Mapping[str, object]:
        proofs = await self._services.read_proofs(visit.account.id)
        offered = self._asking.offered_to(visit) is not None
        return {"passkeys": proofs.passkeys, "offered": offered, "origin": self._asking.origin}

    async def _add_form(
        self, visit: Visit, *, wrong: str = "", name_wrong: str = "", status: int = 200
    ) -> Answer:
        services = self._asking.offered_to(visit)
        if services is None:
            raise NotFound
        try:
            asked = await services.add.ask(visit.account, visit.holder, at=visit.at)
        except TooManyPasskeys:
            asked, wrong, status = None, visit.say(TOO_MANY), 409
        return visit.page(
            "security/passkeys/add.html",
            status=status,
            asked=asked,
            name=visit.form.get("name", "")[:LONGEST_NAME] or visit.arrival.browser or "",
            wrong=wrong,
            name_wrong=name_wrong,
        )

    async def _rename_form(self, visit: Visit, passkey_id: str, typed: str = "", wrong: str = "") -> Answer:
        passkey = await self._passkey(visit, passkey_id)
        return visit.page(
            "security/passkeys/rename.html",
            status=422 if wrong else 200,
            passkey=passkey,
            typed=typed or passkey.name,
            wrong=wrong,
        )

    async def _remove_form(self, visit: Visit, passkey_id: str, wrong: str = "") -> Answer:
        passkey = await self._passkey(visit, passkey_id)
        return visit.page(
            "security/confirm.html",
            status=409 if wrong else 200,
            title=visit.say("Remove the passkey {name}?", name=passkey.name),
            text=visit.say("Nobody can sign in with it any more. Browsers that are signed in stay so."),
            action=REMOVE,
            hidden={"id": passkey.id},
            yes=visit.say("Remove it"),
            careful=True,
            wrong=wrong,
        )

    async def _passkey(self, visit: Visit, passkey_id: str) -> Passkey:
        proofs = await self._services.read_proofs(visit.account.id)
        for passkey in proofs.passkeys:
            if passkey.id == passkey_id:
                return passkey
        raise NotFound

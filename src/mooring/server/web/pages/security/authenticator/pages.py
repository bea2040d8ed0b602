"""The pages to add and remove an authenticator app, and to get recovery codes."""

import io
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

import segno

from mooring.core.refusals import NotFound, RateLimited
from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.credentials.authenticator import (
    SecondFactorOff,
    SecondFactorOn,
    SecondFactorWrong,
)
from mooring.server.identity.domain.credentials.one_time_codes import secret_address, typed_secret
from mooring.server.identity.domain.session import Session
from mooring.server.identity.domain.staff.second_step import LastSecondFactor
from mooring.server.web.http.problems import status_of
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.security.sections import Section, back
from mooring.server.web.pages.visiting.door import SECURITY, PageRoute
from mooring.server.web.pages.visiting.later import try_later
from mooring.server.web.pages.visiting.visit import Visit
from mooring.server.web.security_services import SecurityServices

NAME: Final = "authenticator"
ADD: Final = f"{SECURITY}/authenticator/add"
PICTURE: Final = f"{SECURITY}/authenticator/qr.svg"
REMOVE: Final = f"{SECURITY}/authenticator/remove"
NEW_CODES: Final = f"{SECURITY}/recovery-codes"
ISSUER: Final = "Mooring"
DONE: Final = {
    "authenticator-removed": mark("Signing in with the password asks for no code any more."),
}
WRONG: Final = mark(
    "That is not the code that the app should show now. Wait for the next one. If it stays so, check that "
    "the clock of the phone is right."
)

ONLY_ONE: Final = mark(
    "You work here, and this is your only second factor. Add a passkey before you remove it."
)


class AuthenticatorPages:
    """Looks after the second factor."""

    def __init__(self, services: SecurityServices, *, host: str) -> None:
        """``host`` is how the server is called in the app, beside the account."""
        self._services = services
        self._host = host

    def section(self) -> Section:
        """Return the section of the page on security."""
        return Section(NAME, "security/authenticator/section.html", self._values, DONE)

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the pages, the picture and the forms."""
        return (
            PageRoute("GET", ADD, self.ask_add, signed_in=True, fresh=True),
            PageRoute("GET", PICTURE, self.picture, signed_in=True, fresh=True),
            PageRoute("POST", ADD, self.add, signed_in=True, fresh=True),
            PageRoute("GET", REMOVE, self.ask_remove, signed_in=True, fresh=True),
            PageRoute("POST", REMOVE, self.remove, signed_in=True, fresh=True),
            PageRoute("GET", NEW_CODES, self.ask_codes, signed_in=True, fresh=True),
            PageRoute("POST", NEW_CODES, self.make_codes, signed_in=True, fresh=True),
        )

    async def ask_add(self, visit: Visit) -> Answer:
        """Show the secret to be taken into the app, as a picture and to be typed."""
        return await self._add_form(visit)

    async def picture(self, visit: Visit) -> Answer:
        """Send the secret as a picture; no cache keeps it."""
        try:
            shown = await self._services.add_authenticator.begin(session=_session(visit), at=visit.at)
        except SecondFactorOn:
            raise NotFound from None
        address = secret_address(shown.secret, issuer=self._host, account=visit.account.shown or ISSUER)
        svg = io.BytesIO()
        segno.make(address, error="m", micro=False).save(
            svg, kind="svg", scale=4, border=4, dark="#000000", light="#ffffff"
        )
        return Answer(200, svg.getvalue(), ((b"content-type", b"image/svg+xml"),))

    async def add(self, visit: Visit) -> Answer:
        """Turn the second factor on by the first code, and show the recovery codes."""
        try:
            codes = await self._services.add_authenticator.confirm(
                visit.form.get("code", ""), session=_session(visit), address=visit.address, at=visit.at
            )
        except SecondFactorWrong:
            return await self._add_form(visit, visit.say(WRONG), status=403)
        except RateLimited as refusal:
            return await self._add_form(visit, try_later(visit, refusal), status=status_of(refusal))
        except (SecondFactorOn, SecondFactorOff):
            return visit.go_to(SECURITY)
        visit.stay_known(self._services.known_browsers)
        return _codes_page(visit, codes, turned_on=True)

    async def ask_remove(self, visit: Visit) -> Answer:
        """Ask whether the second factor shall be off."""
        return self._remove_form(visit)

    def _remove_form(self, visit: Visit, wrong: str = "", *, status: int = 200) -> Answer:
        return visit.page(
            "security/confirm.html",
            status=status,
            title=visit.say("Remove the authenticator app?"),
            text=visit.say(
                "Whoever knows your password can sign in then, without a code. Your recovery codes are "
                "worth nothing any more."
            ),
            action=REMOVE,
            hidden={},
            yes=visit.say("Remove it"),
            careful=True,
            wrong=wrong,
        )

    async def remove(self, visit: Visit) -> Answer:
        """Turn the second factor off, unless its owner works here and has no other."""
        try:
            await self._services.remove_authenticator(session=_session(visit), at=visit.at)
        except LastSecondFactor:
            return self._remove_form(visit, visit.say(ONLY_ONE), status=409)
        return back(visit, "authenticator-removed", NAME)

    async def ask_codes(self, visit: Visit) -> Answer:
        """Ask whether new recovery codes shall take the place of the old ones."""
        return visit.page(
            "security/confirm.html",
            title=visit.say("Make new recovery codes?"),
            text=visit.say("You get ten new ones. Those that you have now are worth nothing any more."),
            action=NEW_CODES,
            hidden={},
            yes=visit.say("Make new codes"),
            careful=False,
            wrong="",
        )

    async def make_codes(self, visit: Visit) -> Answer:
        """Show ten new recovery codes, this once."""
        try:
            codes = await self._services.make_recovery_codes(session=_session(visit), at=visit.at)
        except SecondFactorOff:
            return visit.go_to(SECURITY)
        return _codes_page(visit, codes, turned_on=False)

    async def _values(self, visit: Visit) -> Mapping[str, object]:
        proofs = await self._services.read_proofs(visit.account.id)
        return {
            "since": proofs.authenticator_since,
            "left": proofs.recovery_codes_left,
            "has_password": proofs.has_password,
        }

    async def _add_form(self, visit: Visit, wrong: str = "", *, status: int = 200) -> Answer:
        try:
            shown = await self._services.add_authenticator.begin(session=_session(visit), at=visit.at)
        except SecondFactorOn:
            return visit.go_to(SECURITY)
        return visit.page(
            "security/authenticator/add.html",
            status=status,
            secret=typed_secret(shown.secret),
            wrong=wrong,
        )


def _codes_page(visit: Visit, codes: Sequence[str], *, turned_on: bool) -> Answer:
    said = visit.say("Recovery codes of {account}. Each is good once.", account=visit.email)
    text = "\r\n".join((said, "", *codes, ""))
    return visit.page(
        "security/authenticator/codes.html",
        codes=codes,
        turned_on=turned_on,
        # The file is in the page itself: nobody has to ask for the codes a second time.
        file=f"data:text/plain;charset=utf-8,{quote(text)}",
    )


def _session(visit: Visit) -> Session:
    assert visit.session is not None  # noqa: S101 - the door lets nobody in who is not signed in
    return visit.session.session

"""The second step of who works here and has no app: a passkey they have, or setting one of both up.

A half session sees these pages, and nothing else of what its owner may do.
"""

import io
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import quote, urlsplit

import segno

from mooring.core.refusals import NotFound, RateLimited
from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.credentials.authenticator import SecondFactorOff, SecondFactorWrong
from mooring.server.identity.domain.credentials.half_session import HalfSession, HalfSessionEnded
from mooring.server.identity.domain.credentials.one_time_codes import secret_address, typed_secret
from mooring.server.identity.domain.credentials.passkey import PasskeyNameUnfit, PasskeyRefused
from mooring.server.identity.domain.staff.second_step import SecondStep
from mooring.server.identity.use_cases.staff.set_up_second_factor import SetUpSecondFactor
from mooring.server.web.http.problems import status_of
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.security.authenticator.pages import ISSUER, WRONG
from mooring.server.web.pages.security.passkeys.asking import PasskeyAsking, shown
from mooring.server.web.pages.security.passkeys.pages import NOTHING_MADE, UNFIT
from mooring.server.web.pages.security.passkeys.signing_in import NOT_OURS
from mooring.server.web.pages.visiting.door import SIGN_IN, PageRoute
from mooring.server.web.pages.visiting.entering import SECOND_FACTOR, Entrance, Waiting
from mooring.server.web.pages.visiting.later import try_later
from mooring.server.web.pages.visiting.visit import Visit

WITH_PASSKEY: Final = f"{SECOND_FACTOR}/passkey"
SET_UP: Final = f"{SECOND_FACTOR}/set-up"
PICTURE: Final = f"{SET_UP}/qr.svg"
ADD_PASSKEY: Final = f"{SET_UP}/passkey"
STEPS: Final = {SecondStep.PASSKEY: WITH_PASSKEY, SecondStep.SET_UP: SET_UP}
CODES: Final = mark("Recovery codes of {account}. Each is good once.")

_Page = Callable[[Visit, Waiting], Awaitable[Answer]]


class StaffSecondStep:
    """Asks who waits in this browser for a passkey, or has them set a second factor up."""

    def __init__(
        self, set_up: SetUpSecondFactor, entrance: Entrance, passkeys: PasskeyAsking, *, address: str
    ) -> None:
        """Call the server in apps as its ``address`` says."""
        self._set_up = set_up
        self._entrance = entrance
        self._passkeys = passkeys
        self._host = urlsplit(address).hostname or ISSUER

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the pages, the picture and the forms."""
        return (
            PageRoute("GET", WITH_PASSKEY, self._of(SecondStep.PASSKEY, self.ask_passkey)),
            PageRoute("POST", WITH_PASSKEY, self._of(SecondStep.PASSKEY, self.take_passkey)),
            PageRoute("GET", SET_UP, self._of(SecondStep.SET_UP, self.ask_app)),
            PageRoute("POST", SET_UP, self._of(SecondStep.SET_UP, self.add_app)),
            PageRoute("GET", PICTURE, self._of(SecondStep.SET_UP, self.picture)),
            PageRoute("GET", ADD_PASSKEY, self._of(SecondStep.SET_UP, self.ask_new_passkey)),
            PageRoute("POST", ADD_PASSKEY, self._of(SecondStep.SET_UP, self.add_passkey)),
        )

    async def elsewhere(self, visit: Visit, half: HalfSession) -> str | None:
        """Return the page on which who is in ``half`` goes on; none: they type a code."""
        return STEPS.get(await self._set_up.step(half, at=visit.at))

    def _of(self, step: SecondStep, page: _Page) -> Callable[[Visit], Awaitable[Answer]]:
        """Return what shows ``page`` to those of whom this step is asked; others go where theirs is."""

        async def answered(visit: Visit) -> Answer:
            try:
                waiting = self._entrance.waiting(visit)
                asked = await self._set_up.step(waiting.half, at=visit.at)
                if asked is not step:
                    return visit.go_to(STEPS.get(asked, SECOND_FACTOR))
                return await page(visit, waiting)
            except HalfSessionEnded:
                self._entrance.forget(visit)
                return visit.go_to(SIGN_IN)

        return answered

    async def ask_passkey(self, visit: Visit, waiting: Waiting, wrong: str = "", status: int = 200) -> Answer:
        """Ask for a passkey of this account."""
        return visit.page(
            "console/second_factor/passkey.html",
            status=status,
            asked=await self._passkeys.asked(visit, of_account=waiting.half.account_id),
            origin=self._passkeys.origin,
            wrong=wrong,
        )

    async def take_passkey(self, visit: Visit, waiting: Waiting) -> Answer:
        """Take the passkey: it is two factors by itself, and so opens the session."""
        try:
            opened = await self._passkeys.taken(visit, of_account=waiting.half.account_id)
        except PasskeyRefused:
            visit.request.refused_with = "passkey_refused"
            return await self.ask_passkey(visit, waiting, visit.say(NOT_OURS), 403)
        return self._entrance.enter(visit, opened, waiting.onward)

    async def ask_app(self, visit: Visit, waiting: Waiting, wrong: str = "", status: int = 200) -> Answer:
        """Show the secret to be taken into an app, and that a passkey does as well."""
        authenticator, _ = await self._set_up.begin(waiting.half, at=visit.at)
        return visit.page(
            "console/second_factor/set_up.html",
            status=status,
            secret=typed_secret(authenticator.secret),
            offered=self._passkeys.offered_to(visit) is not None,
            wrong=wrong,
        )

    async def picture(self, visit: Visit, waiting: Waiting) -> Answer:
        """Send the secret as a picture; no cache keeps it."""
        authenticator, account = await self._set_up.begin(waiting.half, at=visit.at)
        called = account.shown or ISSUER
        address = secret_address(authenticator.secret, issuer=self._host, account=called)
        svg = io.BytesIO()
        segno.make(address, error="m", micro=False).save(
            svg, kind="svg", scale=4, border=4, dark="#000000", light="#ffffff"
        )
        return Answer(200, svg.getvalue(), ((b"content-type", b"image/svg+xml"),))

    async def add_app(self, visit: Visit, waiting: Waiting) -> Answer:
        """Turn the app on by its first code, let its owner in, and show the recovery codes."""
        typed = visit.form.get("code", "")
        try:
            done = await self._set_up.confirm(waiting.half, typed, visit.arrival, at=visit.at)
        except (SecondFactorWrong, SecondFactorOff):
            visit.request.refused_with = "second_factor_wrong"
            return await self.ask_app(visit, waiting, visit.say(WRONG), 403)
        except RateLimited as refusal:
            return await self.ask_app(visit, waiting, try_later(visit, refusal), status_of(refusal))
        self._entrance.enter(visit, done.opened, waiting.onward)  # only for what it gives the browser
        said = visit.say(CODES, account=done.opened.account.shown)
        text = "\r\n".join((said, "", *done.codes, ""))
        return visit.page(
            "console/second_factor/codes.html",
            codes=done.codes,
            file=f"data:text/plain;charset=utf-8,{quote(text)}",
            onward=waiting.onward,
        )

    async def ask_new_passkey(
        self, visit: Visit, waiting: Waiting, wrong: str = "", name_wrong: str = "", status: int = 200
    ) -> Answer:
        """Show the form that asks the browser for a new passkey."""
        if self._passkeys.offered_to(visit) is None:
            raise NotFound
        return visit.page(
            "console/second_factor/new_passkey.html",
            status=status,
            asked=await self._set_up.ask_passkey(waiting.half, visit.holder, at=visit.at),
            name=visit.form.get("name", ""),
            wrong=wrong,
            name_wrong=name_wrong,
        )

    async def add_passkey(self, visit: Visit, waiting: Waiting) -> Answer:
        """Keep the passkey that the browser made, and let its owner in."""
        if self._passkeys.offered_to(visit) is None:
            raise NotFound
        name = visit.form.get("name", "")
        try:
            opened = await self._set_up.add_passkey(
                waiting.half, shown(visit), name, visit.arrival, at=visit.at
            )
        except PasskeyNameUnfit:
            return await self.ask_new_passkey(visit, waiting, name_wrong=visit.say(UNFIT), status=422)
        except PasskeyRefused:
            visit.request.refused_with = "passkey_refused"
            return await self.ask_new_passkey(visit, waiting, visit.say(NOTHING_MADE), status=403)
        return self._entrance.enter(visit, opened, waiting.onward)

"""The pages to sign up, in and out. What they say never tells whether somebody has an account."""

from collections.abc import Callable, Mapping
from typing import Final

from mooring.core.refusals import RateLimited, ServiceUnavailable
from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.account import CredentialsWrong
from mooring.server.identity.domain.email_address import EmailMalformed
from mooring.server.identity.domain.password import PasswordUnfit
from mooring.server.identity.use_cases.accounts.messages import SignInAttempt
from mooring.server.identity.use_cases.accounts.sign_in import SignIn
from mooring.server.identity.use_cases.accounts.sign_out import SignOut
from mooring.server.identity.use_cases.accounts.sign_up import SignUp
from mooring.server.web.http.problems import status_of
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.recovery.carrying import Tickets
from mooring.server.web.pages.recovery.sign_up.pages import CODE
from mooring.server.web.pages.security.passkeys.asking import PasskeyAsking
from mooring.server.web.pages.visiting.cookies import CookieNames
from mooring.server.web.pages.visiting.door import SIGN_IN, SIGN_UP, PageRoute
from mooring.server.web.pages.visiting.entering import Entrance
from mooring.server.web.pages.visiting.later import try_later
from mooring.server.web.pages.visiting.next_page import own_page
from mooring.server.web.pages.visiting.unfit_passwords import say_unfit
from mooring.server.web.pages.visiting.visit import Visit
from mooring.server.web.recovery_services import RecoveryServices

HOME: Final = "/account"
WRONG: Final = mark("That address and password do not belong together. Check both and try again.")
"""The one sentence for every pair that is not right."""

_WHY: Final = {
    "/device": mark("Then you can let your device in."),
    "/oauth/authorize": mark("Then the program on this computer can go on."),
}


class SignInPages:
    """Opens and ends sessions for what people type into our own forms."""

    def __init__(
        self,
        *,
        sign_in: SignIn,
        sign_up: SignUp,
        sign_out: SignOut,
        cookies: CookieNames,
        entrance: Entrance,
        passkeys: PasskeyAsking,
        recovery: RecoveryServices | None,
        tickets: Tickets,
        is_ours: Callable[[str], bool],
        providers: Mapping[str, str],
    ) -> None:
        """``is_ours`` tells whether a path has a page of ours that one can go on to.

        ``providers`` are the labels of those that people may sign in with, by their names.
        """
        self._providers = providers
        self._sign_in = sign_in
        self._sign_up = sign_up
        self._sign_out = sign_out
        self._cookies = cookies
        self._entrance = entrance
        self._passkeys = passkeys
        self._recovery = recovery
        self._tickets = tickets
        self._is_ours = is_ours

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the pages and their forms."""
        return (
            PageRoute("GET", SIGN_IN, self.show_sign_in),
            PageRoute("POST", SIGN_IN, self.sign_in),
            PageRoute("GET", SIGN_UP, self.show_sign_up),
            PageRoute("POST", SIGN_UP, self.sign_up),
            PageRoute("POST", "/sign-out", self.sign_out),
        )

    async def show_sign_in(self, visit: Visit) -> Answer:
        """Show the form, unless the visitor is signed in already."""
        return self._go_on(visit) if visit.session else await self._sign_in_form(visit)

    async def show_sign_up(self, visit: Visit) -> Answer:
        """Show the form, unless the visitor is signed in already."""
        return self._go_on(visit) if visit.session else self._sign_up_form(visit)

    async def sign_in(self, visit: Visit) -> Answer:
        """Open a session, or say that the pair is wrong."""
        try:
            opened = await self._sign_in(_attempt(visit), at=visit.at)
        except CredentialsWrong:
            return await self._sign_in_form(visit, visit.say(WRONG), status=403)
        except (RateLimited, ServiceUnavailable) as refusal:
            return await self._sign_in_form(visit, try_later(visit, refusal), status=status_of(refusal))
        return self._entrance.enter(visit, opened, self.onward(visit))

    async def sign_in_again(self, visit: Visit, wrong: str, status: int) -> Answer:
        """Show the form once more, with what was wrong."""
        return await self._sign_in_form(visit, wrong, status=status)

    async def sign_up(self, visit: Visit) -> Answer:
        """Make an account and open a session. An address that has one is told no more than at sign-in."""
        try:
            return await self._signed_up(visit)
        except EmailMalformed:
            wrong = visit.say("This is not an e-mail address.")
            return self._sign_up_form(visit, email_wrong=wrong, status=422)
        except PasswordUnfit as unfit:
            return self._sign_up_form(visit, password_wrong=say_unfit(visit, unfit), status=422)
        except CredentialsWrong:
            return self._sign_up_form(visit, wrong=visit.say(WRONG), status=403)
        except (RateLimited, ServiceUnavailable) as refusal:
            return self._sign_up_form(visit, wrong=try_later(visit, refusal), status=status_of(refusal))

    async def _signed_up(self, visit: Visit) -> Answer:
        begin = None if self._recovery is None else self._recovery.begin_sign_up
        if begin is None:
            opened = await self._sign_up(_attempt(visit), at=visit.at)
            return self._entrance.enter(visit, opened, self.onward(visit))
        onward = self.onward(visit)
        ticket = await begin(_attempt(visit), language=visit.language, onward=onward, at=visit.at)
        self._tickets.give(visit, ticket)
        return visit.go_to(CODE)

    async def sign_out(self, visit: Visit) -> Answer:
        """End the session."""
        if visit.token:
            await self._sign_out(visit.token, at=visit.at)
        visit.headers.append(self._cookies.drop_session())
        return visit.go_to("/")

    def _go_on(self, visit: Visit) -> Answer:
        return visit.go_to(self.onward(visit))

    def onward(self, visit: Visit) -> str:
        """Return where the visitor goes on to after signing in."""
        home = HOME if self._is_ours(HOME) else "/"
        return own_page(visit.form.get("next") or visit.query.get("next"), self._is_ours, home)

    async def _sign_in_form(self, visit: Visit, wrong: str = "", *, status: int = 200) -> Answer:
        onward = self.onward(visit)
        return visit.page(
            "sign_in/sign_in.html",
            status=status,
            next=onward,
            why=_why(visit, onward),
            providers=self._providers,
            passkey=await self._passkeys.asked(visit),
            can_reset=self._recovery is not None,
            email=visit.form.get("email", ""),
            wrong=wrong,
        )

    def _sign_up_form(
        self,
        visit: Visit,
        *,
        wrong: str = "",
        email_wrong: str = "",
        password_wrong: str = "",
        status: int = 200,
    ) -> Answer:
        onward = self.onward(visit)
        return visit.page(
            "sign_in/sign_up.html",
            status=status,
            next=onward,
            why=_why(visit, onward),
            providers=self._providers,
            email=visit.form.get("email", ""),
            wrong=wrong,
            email_wrong=email_wrong,
            password_wrong=password_wrong,
        )


def _attempt(visit: Visit) -> SignInAttempt:
    arrival = visit.arrival
    return SignInAttempt(
        email=visit.form.get("email", ""),
        password=visit.form.get("password", ""),
        address=arrival.address,
        old_token=arrival.old_token,
        known_browser=arrival.known_browser,
        browser=arrival.browser,
    )


def _why(visit: Visit, onward: str) -> str:
    why = _WHY.get(onward.partition("?")[0])
    return "" if why is None else visit.say(why)

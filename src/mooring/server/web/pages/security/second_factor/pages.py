"""The page between the password and the session: it asks for a code of the app, or from the paper."""

from collections.abc import Awaitable, Callable
from typing import Final

from mooring.core.refusals import RateLimited
from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.credentials.authenticator import SecondFactorWrong
from mooring.server.identity.domain.credentials.half_session import HalfSession, HalfSessionEnded
from mooring.server.identity.use_cases.second_factor.pass_second_factor import PassSecondFactor
from mooring.server.web.http.problems import status_of
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.visiting.door import SIGN_IN, PageRoute
from mooring.server.web.pages.visiting.entering import SECOND_FACTOR, Entrance
from mooring.server.web.pages.visiting.later import try_later
from mooring.server.web.pages.visiting.visit import Visit

RECOVERY: Final = "recovery"
WRONG: Final = mark("This code does not count now. Each is good once: wait for the next one, and try again.")
WRONG_RECOVERY: Final = mark("This is none of your recovery codes, or it was used before.")


Elsewhere = Callable[[Visit, HalfSession], Awaitable[str | None]]
"""Tells the page on which somebody goes on who has no code to type; none: they have."""


class SecondFactorPages:
    """Opens the session of who waits in this browser, for a code that counts."""

    def __init__(
        self, pass_second_factor: PassSecondFactor, entrance: Entrance, elsewhere: Elsewhere | None = None
    ) -> None:
        self._pass = pass_second_factor
        self._entrance = entrance
        self._elsewhere = elsewhere

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the page and its form."""
        return (
            PageRoute("GET", SECOND_FACTOR, self.show),
            PageRoute("POST", SECOND_FACTOR, self.take),
        )

    async def show(self, visit: Visit) -> Answer:
        """Ask for the code, of who waits; anybody else begins at the beginning."""
        try:
            half, _ = self._entrance.waiting(visit)
            if self._elsewhere is not None and (page := await self._elsewhere(visit, half)) is not None:
                return visit.go_to(page)
        except HalfSessionEnded:
            return self._begin_anew(visit)
        return _form(visit, recovery=visit.query.get("with") == RECOVERY)

    async def take(self, visit: Visit) -> Answer:
        """Take the code."""
        recovery = visit.form.get("with") == RECOVERY
        try:
            half, onward = self._entrance.waiting(visit)
            opened = await self._pass(
                half, visit.form.get("code", ""), visit.arrival, recovery=recovery, at=visit.at
            )
        except HalfSessionEnded:
            return self._begin_anew(visit)
        except SecondFactorWrong:
            visit.request.refused_with = "second_factor_wrong"
            wrong = visit.say(WRONG_RECOVERY if recovery else WRONG)
            return _form(visit, recovery=recovery, wrong=wrong, status=403)
        except RateLimited as refusal:
            wrong = try_later(visit, refusal)
            return _form(visit, recovery=recovery, wrong=wrong, status=status_of(refusal))
        return self._entrance.enter(visit, opened, onward)

    def _begin_anew(self, visit: Visit) -> Answer:
        self._entrance.forget(visit)
        return visit.go_to(SIGN_IN)


def _form(visit: Visit, *, recovery: bool, wrong: str = "", status: int = 200) -> Answer:
    return visit.page(
        "security/second_factor/second_factor.html", status=status, recovery=recovery, wrong=wrong
    )

"""Signing in with a passkey: one form of the sign-in page, and no user name."""

from collections.abc import Awaitable, Callable
from typing import Final

from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.credentials.passkey import PasskeyRefused
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.security.passkeys.asking import PasskeyAsking
from mooring.server.web.pages.visiting.door import SIGN_IN, PageRoute
from mooring.server.web.pages.visiting.entering import Entrance
from mooring.server.web.pages.visiting.visit import Visit

WITH_PASSKEY: Final = f"{SIGN_IN}/passkey"
NOT_OURS: Final = mark(
    "That passkey did not work here. Perhaps it was removed, or the page was open for too long: try once "
    "more, or sign in another way."
)

ShowAgain = Callable[[Visit, str, int], Awaitable[Answer]]
"""Shows the sign-in page once more, with what was wrong and a status."""


class PasskeySignInPages:
    """Takes what a passkey signed on the sign-in page."""

    def __init__(
        self,
        passkeys: PasskeyAsking,
        entrance: Entrance,
        *,
        onward: Callable[[Visit], str],
        show_again: ShowAgain,
    ) -> None:
        self._passkeys = passkeys
        self._entrance = entrance
        self._onward = onward
        self._show_again = show_again

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the form."""
        return (PageRoute("POST", WITH_PASSKEY, self.sign_in),)

    async def sign_in(self, visit: Visit) -> Answer:
        """Open the session of whose passkey it is."""
        try:
            opened = await self._passkeys.taken(visit)
        except PasskeyRefused:
            visit.request.refused_with = "passkey_refused"
            return await self._show_again(visit, visit.say(NOT_OURS), 403)
        return self._entrance.enter(visit, opened, self._onward(visit))

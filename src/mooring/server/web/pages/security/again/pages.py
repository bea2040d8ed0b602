"""The page to prove again who one is; it leads back to what was about to be done."""

from collections.abc import Callable, Mapping
from typing import Final

from mooring.core.refusals import RateLimited, ServiceUnavailable
from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.account import CredentialsWrong
from mooring.server.identity.domain.credentials.passkey import PasskeyRefused
from mooring.server.identity.use_cases.accounts.messages import SignInAttempt
from mooring.server.identity.use_cases.accounts.sign_in import SignIn
from mooring.server.identity.use_cases.passwords.read_proofs import Proofs
from mooring.server.web.federation_services import FederationServices
from mooring.server.web.http.problems import status_of
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.security.passkeys.asking import PasskeyAsking
from mooring.server.web.pages.security.passkeys.signing_in import NOT_OURS
from mooring.server.web.pages.visiting.door import SECURITY, SIGN_IN_AGAIN, PageRoute
from mooring.server.web.pages.visiting.entering import Entrance
from mooring.server.web.pages.visiting.later import try_later
from mooring.server.web.pages.visiting.next_page import own_page
from mooring.server.web.pages.visiting.visit import Visit
from mooring.server.web.security_services import SecurityServices

WITH_PASSKEY: Final = f"{SIGN_IN_AGAIN}/passkey"
WRONG: Final = mark("That is not the password of this account. Try again.")


class AgainPages:
    """Asks for the password or a passkey of who is signed in; a new session takes the old one's place."""

    def __init__(
        self,
        services: SecurityServices,
        sign_in: SignIn,
        entrance: Entrance,
        passkeys: PasskeyAsking,
        *,
        federation: FederationServices | None,
        is_ours: Callable[[str], bool],
    ) -> None:
        self._services = services
        self._sign_in = sign_in
        self._entrance = entrance
        self._passkeys = passkeys
        self._federation = federation
        self._is_ours = is_ours

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the page and its forms."""
        return (
            PageRoute("GET", SIGN_IN_AGAIN, self.show, signed_in=True),
            PageRoute("POST", SIGN_IN_AGAIN, self.sign_in, signed_in=True),
            PageRoute("POST", WITH_PASSKEY, self.sign_in_with_passkey, signed_in=True),
        )

    async def show(self, visit: Visit) -> Answer:
        """Show the ways to prove it."""
        return await self._page(visit)

    async def sign_in(self, visit: Visit) -> Answer:
        """Take the password, as at sign-in: with its limits, and its second factor."""
        email = visit.account.email
        arrival = visit.arrival
        try:
            if email is None:
                raise CredentialsWrong
            opened = await self._sign_in(
                SignInAttempt(
                    email=email.text,
                    password=visit.form.get("password", ""),
                    address=arrival.address,
                    old_token=arrival.old_token,
                    known_browser=arrival.known_browser,
                    browser=arrival.browser,
                ),
                at=visit.at,
            )
        except CredentialsWrong:
            return await self._page(visit, visit.say(WRONG), status=403)
        except (RateLimited, ServiceUnavailable) as refusal:
            return await self._page(visit, try_later(visit, refusal), status=status_of(refusal))
        return self._entrance.enter(visit, opened, self._onward(visit))

    async def sign_in_with_passkey(self, visit: Visit) -> Answer:
        """Take a passkey of this account."""
        try:
            opened = await self._passkeys.taken(visit, of_account=visit.account.id)
        except PasskeyRefused:
            visit.request.refused_with = "passkey_refused"
            return await self._page(visit, visit.say(NOT_OURS), status=403)
        return self._entrance.enter(visit, opened, self._onward(visit))

    def _onward(self, visit: Visit) -> str:
        return own_page(visit.form.get("next") or visit.query.get("next"), self._is_ours, SECURITY)

    async def _page(self, visit: Visit, wrong: str = "", *, status: int = 200) -> Answer:
        proofs = await self._services.read_proofs(visit.account.id)
        return visit.page(
            "security/again/again.html",
            status=status,
            next=self._onward(visit),
            wrong=wrong,
            has_password=proofs.has_password and visit.account.email is not None,
            passkey=await self._passkeys.asked(visit, of_account=visit.account.id)
            if proofs.passkeys
            else None,
            providers=await self._providers(visit, proofs),
        )

    async def _providers(self, visit: Visit, proofs: Proofs) -> Mapping[str, str]:
        """Return the providers at which this person can prove it.

        Coming back from one that does not tell when they did proves it only where a code is asked for
        then, or where the account has nothing else to prove it by.
        """
        if self._federation is None:
            return {}
        any_does = proofs.second_factor or not (proofs.has_password or proofs.passkeys)
        listed = await self._federation.list_identities(visit.account.id)
        own = {each.identity.provider for each in listed if any_does or each.proves_anew}
        return {name: label for name, label in self._federation.labels.items() if name in own}

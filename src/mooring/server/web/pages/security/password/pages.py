"""The pages to change, set and remove a password."""

from collections.abc import Mapping
from typing import Final

from mooring.core.refusals import NotFound, RateLimited, ServiceUnavailable
from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.account import CredentialsWrong
from mooring.server.identity.domain.password import PasswordUnfit
from mooring.server.identity.domain.session import NotFresh
from mooring.server.identity.domain.ways_in import LastWayIn
from mooring.server.identity.use_cases.passwords.change_password import NoAddress
from mooring.server.web.http.problems import status_of
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.security.sections import Section, back
from mooring.server.web.pages.visiting.door import SECURITY, PageRoute, sign_in_again_address
from mooring.server.web.pages.visiting.later import try_later
from mooring.server.web.pages.visiting.unfit_passwords import say_unfit
from mooring.server.web.pages.visiting.visit import Visit
from mooring.server.web.security_services import SecurityServices

NAME: Final = "password"
CHANGE: Final = f"{SECURITY}/password"
REMOVE: Final = f"{SECURITY}/password/remove"
DONE: Final = {
    "password-changed": mark("The password is changed. Every other browser is signed out."),
    "password-set": mark("The account has a password now. Every other browser is signed out."),
    "password-removed": mark("The password is removed."),
}
WRONG: Final = mark("That is not the password of this account. Try again.")
LAST: Final = mark("This is the only way into your account. Add a passkey before you remove it.")
NO_ADDRESS: Final = mark("Add an e-mail address first: a password is typed together with one.")


class PasswordPages:
    """Looks after the password."""

    def __init__(self, services: SecurityServices) -> None:
        self._services = services

    def section(self) -> Section:
        """Return the section of the page on security."""
        return Section(NAME, "security/password/section.html", self._values, DONE)

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the pages and their forms."""
        return (
            PageRoute("GET", CHANGE, self.ask_change, signed_in=True),
            PageRoute("POST", CHANGE, self.change, signed_in=True),
            PageRoute("GET", REMOVE, self.ask_remove, signed_in=True, fresh=True),
            PageRoute("POST", REMOVE, self.remove, signed_in=True, fresh=True),
        )

    async def ask_change(self, visit: Visit) -> Answer:
        """Show the form; to set the first password somebody must have proved just now who they are."""
        if not await self._has_password(visit) and not visit.fresh:
            return visit.go_to(sign_in_again_address(CHANGE))
        return await self._form(visit)

    async def change(self, visit: Visit) -> Answer:
        """Change the password for who knows the old one, or set the first."""
        has_password = await self._has_password(visit)
        if visit.session is None:
            raise NotFound
        try:
            await self._services.change_password(
                visit.form.get("current", ""),
                visit.form.get("password", ""),
                session=visit.session.session,
                arrival=visit.arrival,
                at=visit.at,
            )
        except NotFresh:
            return visit.go_to(sign_in_again_address(CHANGE))
        except CredentialsWrong:
            return await self._form(visit, current_wrong=visit.say(WRONG), status=403)
        except PasswordUnfit as unfit:
            return await self._form(visit, new_wrong=say_unfit(visit, unfit), status=422)
        except NoAddress:
            return await self._form(visit, wrong=visit.say(NO_ADDRESS), status=409)
        except (RateLimited, ServiceUnavailable) as refusal:
            return await self._form(visit, wrong=try_later(visit, refusal), status=status_of(refusal))
        visit.stay_known(self._services.known_browsers)
        return back(visit, "password-changed" if has_password else "password-set", NAME)

    async def ask_remove(self, visit: Visit) -> Answer:
        """Ask whether the password shall go."""
        return self._remove_form(visit)

    async def remove(self, visit: Visit) -> Answer:
        """Remove the password, unless it is the last way in."""
        if visit.session is None:
            raise NotFound
        try:
            await self._services.remove_password(session=visit.session.session, at=visit.at)
        except LastWayIn:
            return self._remove_form(visit, visit.say(LAST))
        return back(visit, "password-removed", NAME)

    async def _values(self, visit: Visit) -> Mapping[str, object]:
        proofs = await self._services.read_proofs(visit.account.id)
        return {
            "changed_at": proofs.password_changed_at,
            "can_have_one": visit.account.email is not None,
            "has_passkeys": bool(proofs.passkeys),
        }

    async def _has_password(self, visit: Visit) -> bool:
        return (await self._services.read_proofs(visit.account.id)).has_password

    async def _form(
        self,
        visit: Visit,
        *,
        wrong: str = "",
        current_wrong: str = "",
        new_wrong: str = "",
        status: int = 200,
    ) -> Answer:
        return visit.page(
            "security/password/password.html",
            status=status,
            has_password=await self._has_password(visit),
            wrong=wrong,
            current_wrong=current_wrong,
            new_wrong=new_wrong,
        )

    @staticmethod
    def _remove_form(visit: Visit, wrong: str = "") -> Answer:
        return visit.page(
            "security/confirm.html",
            status=409 if wrong else 200,
            title=visit.say("Remove the password?"),
            text=visit.say("You sign in with a passkey, or with an account elsewhere, from now on."),
            action=REMOVE,
            hidden={},
            yes=visit.say("Remove it"),
            careful=True,
            wrong=wrong,
        )

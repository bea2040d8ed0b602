"""The pages to come back in by mail: a forgotten password, an address that somebody else changed."""

from typing import Final
from urllib.parse import quote

from mooring.core.refusals import RateLimited, ServiceUnavailable
from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.credentials.authenticator import SecondFactorWrong
from mooring.server.identity.domain.email_address import EmailMalformed
from mooring.server.identity.domain.password import PasswordUnfit
from mooring.server.identity.domain.recovery.mail_token import MailTokenOver
from mooring.server.identity.use_cases.recovery.mail_desk import RESET_LINK, UNDO_LINK
from mooring.server.identity.use_cases.recovery.messages import AddressTaken, Wish
from mooring.server.web.http.problems import status_of
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.recovery.carrying import NO_ADDRESS, show_over
from mooring.server.web.pages.visiting.door import PageRoute
from mooring.server.web.pages.visiting.later import try_later
from mooring.server.web.pages.visiting.unfit_passwords import say_unfit
from mooring.server.web.pages.visiting.visit import Visit
from mooring.server.web.recovery_services import RecoveryServices

FORGOT: Final = "/forgot-password"
SENT: Final = f"{FORGOT}/sent"
DONE: Final = f"{RESET_LINK}/done"
PUT_BACK: Final = "put-back"
CODE_WRONG: Final = mark("That code does not count. Type the one that is shown now, or a recovery code.")


class ResetPages:
    """Sends links, and takes them back. No answer tells whether an address has an account."""

    def __init__(self, services: RecoveryServices) -> None:
        self._services = services

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the pages and their forms."""
        return (
            PageRoute("GET", FORGOT, self.ask_address),
            PageRoute("POST", FORGOT, self.send_link),
            PageRoute("GET", SENT, self.say_sent),
            PageRoute("GET", RESET_LINK, self.ask_password),
            PageRoute("POST", RESET_LINK, self.reset),
            PageRoute("GET", DONE, self.say_done),
            PageRoute("GET", UNDO_LINK, self.ask_undo),
            PageRoute("POST", UNDO_LINK, self.undo),
        )

    async def ask_address(self, visit: Visit) -> Answer:
        """Show where to type the address."""
        return _forgot(visit)

    async def send_link(self, visit: Visit) -> Answer:
        """Send a link to the address, if it has an account, and say the same in any case."""
        wish = Wish(email=visit.form.get("email", ""), address=visit.address, language=visit.language)
        try:
            await self._services.ask_reset(wish, at=visit.at)
        except EmailMalformed:
            return _forgot(visit, email_wrong=visit.say(NO_ADDRESS), status=422)
        except RateLimited as refusal:
            return _forgot(visit, wrong=try_later(visit, refusal), status=status_of(refusal))
        return visit.go_to(SENT)

    async def say_sent(self, visit: Visit) -> Answer:
        """Say that a mail is on its way, if there is an account."""
        return visit.page("recovery/reset/sent.html")

    async def ask_password(self, visit: Visit) -> Answer:
        """Show where to type the new password; a program that opens the link does nothing."""
        return await self._form(visit, visit.query.get("token", ""))

    async def reset(self, visit: Visit) -> Answer:
        """Set the new password, and sign everybody out."""
        token = visit.form.get("token", "")
        try:
            await self._services.reset_password(
                token,
                visit.form.get("password", ""),
                visit.form.get("code", ""),
                address=visit.address,
                at=visit.at,
            )
        except MailTokenOver:
            return _over(visit)
        except PasswordUnfit as unfit:
            return await self._form(visit, token, password_wrong=say_unfit(visit, unfit), status=422)
        except SecondFactorWrong:
            return await self._form(visit, token, code_wrong=visit.say(CODE_WRONG), status=403)
        except (RateLimited, ServiceUnavailable) as refusal:
            said = try_later(visit, refusal)
            return await self._form(visit, token, wrong=said, status=status_of(refusal))
        return visit.go_to(DONE)

    async def say_done(self, visit: Visit) -> Answer:
        """Say that the password is set."""
        return visit.page("recovery/reset/done.html")

    async def ask_undo(self, visit: Visit) -> Answer:
        """Show what putting the address back does; a program that opens the link does nothing."""
        token = visit.query.get("token", "")
        try:
            found = await self._services.undo_change.look(token, at=visit.at)
        except MailTokenOver:
            return _over(visit)
        return visit.page("recovery/reset/undo.html", token=token, email=found.email)

    async def undo(self, visit: Visit) -> Answer:
        """Put the address back, and ask for another password."""
        try:
            token = await self._services.undo_change(visit.form.get("token", ""), at=visit.at)
        except MailTokenOver:
            return _over(visit)
        except AddressTaken:
            return visit.page("recovery/taken.html", status=409)
        # By another address, since the form of this one was known by a session that may have ended just now.
        return visit.go_to(f"{RESET_LINK}?token={quote(token)}&{PUT_BACK}=1")

    async def _form(
        self,
        visit: Visit,
        token: str,
        *,
        wrong: str = "",
        password_wrong: str = "",
        code_wrong: str = "",
        status: int = 200,
    ) -> Answer:
        try:
            found = await self._services.reset_password.look(token, at=visit.at)
        except MailTokenOver:
            return _over(visit)
        return visit.page(
            "recovery/reset/reset.html",
            status=status,
            token=token,
            email=found.email,
            asks=found.asks,
            unproven=found.unproven,
            has_app=found.has_app,
            put_back=PUT_BACK in visit.query,
            wrong=wrong,
            password_wrong=password_wrong,
            code_wrong=code_wrong,
        )


def _forgot(visit: Visit, *, wrong: str = "", email_wrong: str = "", status: int = 200) -> Answer:
    return visit.page(
        "recovery/reset/forgot.html",
        status=status,
        email=visit.form.get("email", ""),
        wrong=wrong,
        email_wrong=email_wrong,
    )


def _over(visit: Visit) -> Answer:
    return show_over(visit, again=FORGOT, again_label=visit.say("Ask for another mail"))

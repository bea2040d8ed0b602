"""The pages on which a sign-up ends: a code is typed, or the link of the mail is pressed."""

from collections.abc import Callable
from typing import Final

from mooring.core.refusals import RateLimited, ServiceUnavailable
from mooring.server.identity.domain.recovery.mail_token import MailCodeWrong, MailTokenOver, Purpose
from mooring.server.identity.use_cases.recovery.mail_desk import SIGN_UP_LINK
from mooring.server.identity.use_cases.recovery.messages import AddressTaken, Entered
from mooring.server.web.http.problems import status_of
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.recovery.carrying import PASSWORD_WRONG, Tickets, show_code, show_over
from mooring.server.web.pages.visiting.door import SIGN_UP, PageRoute
from mooring.server.web.pages.visiting.entering import Entrance
from mooring.server.web.pages.visiting.later import try_later
from mooring.server.web.pages.visiting.next_page import own_page
from mooring.server.web.pages.visiting.visit import Visit
from mooring.server.web.recovery_services import RecoveryServices

CODE: Final = f"{SIGN_UP}/code"


class ProvenSignUpPages:
    """Makes accounts of addresses that were proven, and says the same for each that was not."""

    def __init__(
        self,
        services: RecoveryServices,
        tickets: Tickets,
        entrance: Entrance,
        is_ours: Callable[[str], bool],
    ) -> None:
        self._services = services
        self._tickets = tickets
        self._entrance = entrance
        self._is_ours = is_ours

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the pages and their forms."""
        return (
            PageRoute("GET", CODE, self.ask_code),
            PageRoute("POST", CODE, self.take_code),
            PageRoute("GET", SIGN_UP_LINK, self.ask_confirmation),
            PageRoute("POST", SIGN_UP_LINK, self.confirm),
        )

    async def ask_code(self, visit: Visit) -> Answer:
        """Show where to type the code."""
        return self._code_form(visit)

    async def take_code(self, visit: Visit) -> Answer:
        """Make the account, if the code is right."""
        held = self._tickets.held(visit)
        try:
            entered = await self._services.finish_sign_up.by_code(
                held, visit.form.get("code", ""), visit.arrival, at=visit.at
            )
        except MailCodeWrong as wrong:
            return self._code_form(visit, wrong)
        except MailTokenOver:
            return self._over(visit)
        except AddressTaken:
            return visit.page("recovery/taken.html", status=409)
        return self._entered(visit, entered)

    async def ask_confirmation(self, visit: Visit) -> Answer:
        """Show what the link of the mail does; a program that opens it does nothing."""
        return await self._confirmation(visit, visit.query.get("token", ""))

    async def confirm(self, visit: Visit) -> Answer:
        """Make the account, for who pressed the button."""
        token = visit.form.get("token", "")
        try:
            entered = await self._services.finish_sign_up.by_link(
                token,
                self._tickets.held(visit),
                visit.form.get("password", ""),
                visit.arrival,
                at=visit.at,
            )
        except MailCodeWrong:
            return await self._confirmation(visit, token, visit.say(PASSWORD_WRONG), status=403)
        except MailTokenOver:
            return self._over(visit)
        except AddressTaken:
            return visit.page("recovery/taken.html", status=409)
        except (RateLimited, ServiceUnavailable) as refusal:
            said = try_later(visit, refusal)
            return await self._confirmation(visit, token, said, status=status_of(refusal))
        return self._entered(visit, entered)

    async def _confirmation(self, visit: Visit, token: str, wrong: str = "", *, status: int = 200) -> Answer:
        held = self._tickets.held(visit)
        try:
            found = await self._services.finish_sign_up.look(token, held, at=visit.at)
        except MailTokenOver:
            return self._over(visit)
        return visit.page(
            "recovery/sign_up/confirm.html",
            status=status,
            token=token,
            email=found.email,
            asks=found.asks,
            wrong=wrong,
        )

    def _code_form(self, visit: Visit, wrong: MailCodeWrong | None = None) -> Answer:
        try:
            ticket = self._services.desk.read_ticket(self._tickets.held(visit), Purpose.SIGN_UP)
        except MailTokenOver:
            return self._over(visit)
        return show_code(visit, email=ticket.email, action=CODE, again=SIGN_UP, wrong=wrong)

    def _entered(self, visit: Visit, entered: Entered) -> Answer:
        self._tickets.drop(visit)
        onward = own_page(entered.onward, self._is_ours, "/")
        return self._entrance.enter(visit, entered.opened, onward)

    @staticmethod
    def _over(visit: Visit) -> Answer:
        return show_over(visit, again=SIGN_UP, again_label=visit.say("Create an account"))

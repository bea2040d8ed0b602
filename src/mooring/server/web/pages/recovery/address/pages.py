"""The pages to prove the address of an account, and to change it."""

from collections.abc import Mapping
from typing import Final

from mooring.core.refusals import RateLimited, SignInRequired
from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.email_address import EmailMalformed
from mooring.server.identity.domain.recovery.mail_token import MailCodeWrong, MailTokenOver, Purpose
from mooring.server.identity.domain.session import NotFresh, Session
from mooring.server.identity.use_cases.recovery.mail_desk import ADDRESS_LINK
from mooring.server.identity.use_cases.recovery.messages import AddressTaken, Wish
from mooring.server.web.http.problems import status_of
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.recovery.carrying import NO_ADDRESS, Tickets, show_code, show_over
from mooring.server.web.pages.security.sections import Section, back
from mooring.server.web.pages.visiting.door import SECURITY, PageRoute, sign_in_again_address
from mooring.server.web.pages.visiting.later import try_later
from mooring.server.web.pages.visiting.visit import Visit
from mooring.server.web.recovery_services import RecoveryServices

NAME: Final = "address"
CHANGE: Final = f"{SECURITY}/address"
VERIFY: Final = f"{CHANGE}/verify"
CODE: Final = f"{CHANGE}/code"
PROVEN: Final = "address-proven"
DONE: Final = {PROVEN: mark("Your address is confirmed.")}


class AddressPages:
    """Looks after the address of who is signed in."""

    def __init__(self, services: RecoveryServices, tickets: Tickets) -> None:
        self._services = services
        self._tickets = tickets

    def section(self) -> Section:
        """Return the section of the page on security."""
        return Section(NAME, "recovery/address/section.html", _values, DONE)

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the pages and their forms."""
        return (
            PageRoute("GET", CHANGE, self.ask_change, signed_in=True, fresh=True),
            PageRoute("POST", CHANGE, self.change, signed_in=True, fresh=True),
            PageRoute("POST", VERIFY, self.verify, signed_in=True),
            PageRoute("GET", CODE, self.ask_code, signed_in=True),
            PageRoute("POST", CODE, self.take_code, signed_in=True),
            PageRoute("GET", ADDRESS_LINK, self.ask_confirmation, signed_in=True),
            PageRoute("POST", ADDRESS_LINK, self.confirm, signed_in=True),
        )

    async def ask_change(self, visit: Visit) -> Answer:
        """Show where to type the new address."""
        return _form(visit)

    async def change(self, visit: Visit) -> Answer:
        """Send a code to the new address."""
        wish = _wish(visit, visit.form.get("email", ""))
        try:
            ticket = await self._services.begin_proof.change(wish, session=_session(visit), at=visit.at)
        except EmailMalformed:
            return _form(visit, email_wrong=visit.say(NO_ADDRESS), status=422)
        except NotFresh:
            return visit.go_to(sign_in_again_address(CHANGE))
        except RateLimited as refusal:
            return _form(visit, wrong=try_later(visit, refusal), status=status_of(refusal))
        self._tickets.give(visit, ticket)
        return visit.go_to(CODE)

    async def verify(self, visit: Visit) -> Answer:
        """Send a code to the address that the account has."""
        try:
            ticket = await self._services.begin_proof.verify(
                _wish(visit), session=_session(visit), at=visit.at
            )
        except MailTokenOver:  # proven in the meantime, perhaps in another window
            return visit.go_to(SECURITY)
        self._tickets.give(visit, ticket)
        return visit.go_to(CODE)

    async def ask_code(self, visit: Visit) -> Answer:
        """Show where to type the code."""
        return self._code_form(visit)

    async def take_code(self, visit: Visit) -> Answer:
        """Let the address be the account's, if the code is right."""
        try:
            await self._services.finish_proof.by_code(
                self._tickets.held(visit), visit.form.get("code", ""), session=_session(visit), at=visit.at
            )
        except MailCodeWrong as wrong:
            return self._code_form(visit, wrong)
        except MailTokenOver:
            return _over(visit)
        except AddressTaken:
            return visit.page("recovery/taken.html", status=409)
        self._tickets.drop(visit)
        return back(visit, PROVEN, NAME)

    async def ask_confirmation(self, visit: Visit) -> Answer:
        """Show what the link of the mail does; a program that opens it does nothing."""
        token = visit.query.get("token", "")
        try:
            found = await self._services.finish_proof.look(token, session=_session(visit), at=visit.at)
        except MailTokenOver:
            return _over(visit)
        return visit.page("recovery/address/confirm.html", token=token, email=found.email)

    async def confirm(self, visit: Visit) -> Answer:
        """Let the address be the account's, for who pressed the button."""
        token = visit.form.get("token", "")
        try:
            await self._services.finish_proof.by_link(token, session=_session(visit), at=visit.at)
        except MailTokenOver:
            return _over(visit)
        except AddressTaken:
            return visit.page("recovery/taken.html", status=409)
        self._tickets.drop(visit)
        return back(visit, PROVEN, NAME)

    def _code_form(self, visit: Visit, wrong: MailCodeWrong | None = None) -> Answer:
        held = self._tickets.held(visit)
        try:
            ticket = self._services.desk.read_ticket(held, Purpose.VERIFY, Purpose.CHANGE)
        except MailTokenOver:
            return _over(visit)
        return show_code(visit, email=ticket.email, action=CODE, again=SECURITY, wrong=wrong)


async def _values(visit: Visit) -> Mapping[str, object]:
    account = visit.account
    email = None if account.email is None else account.email.text
    return {"email": email, "proven": account.verified_at is not None}


def _session(visit: Visit) -> Session:
    if visit.session is None:
        raise SignInRequired
    return visit.session.session


def _wish(visit: Visit, email: str = "") -> Wish:
    return Wish(email=email, address=visit.address, language=visit.language)


def _form(visit: Visit, *, wrong: str = "", email_wrong: str = "", status: int = 200) -> Answer:
    account = visit.account
    return visit.page(
        "recovery/address/change.html",
        status=status,
        now="" if account.email is None else account.email.text,
        email=visit.form.get("email", ""),
        wrong=wrong,
        email_wrong=email_wrong,
    )


def _over(visit: Visit) -> Answer:
    return show_over(visit, again=SECURITY, again_label=visit.say("Security and sign-in"))

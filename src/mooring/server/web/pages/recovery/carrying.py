"""What a browser carries while it awaits a code from a mail, and what is said about codes and links."""

from typing import Final

from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.recovery.mail_token import MailCodeWrong
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.visiting.cookies import CookieNames, read_cookies
from mooring.server.web.pages.visiting.visit import Visit

CODE_WRONG: Final = mark("That is not the code of our latest mail. Check it and try again.")
PASSWORD_WRONG: Final = mark("That is not the password that was chosen. Try again.")
NO_ADDRESS: Final = mark("This is not an e-mail address.")


class Tickets:
    """Hands out and reads back what the browser carries, sealed."""

    def __init__(self, cookies: CookieNames) -> None:
        self._cookies = cookies

    def give(self, visit: Visit, ticket: str) -> None:
        """Let the browser carry ``ticket``."""
        visit.headers.append(self._cookies.set_mail(ticket))

    def held(self, visit: Visit) -> str | None:
        """Return what the browser carries, good or not."""
        return read_cookies(visit.request.all_of(b"cookie")).get(self._cookies.mail)

    def drop(self, visit: Visit) -> None:
        """Take it away."""
        if self.held(visit):
            visit.headers.append(self._cookies.drop_mail())


def show_over(visit: Visit, *, again: str, again_label: str) -> Answer:
    """Say that a link or code is worth nothing, and where to go ``again`` for another."""
    return visit.page("recovery/over.html", status=410, again=again, again_label=again_label)


def show_code(
    visit: Visit,
    *,
    email: str,
    action: str,
    again: str,
    wrong: MailCodeWrong | None = None,
) -> Answer:
    """Show the page to type the code that went to ``email``, sent to ``action``."""
    return visit.page(
        "recovery/code.html",
        status=403 if wrong else 200,
        email=email,
        action=action,
        again=again,
        wrong=visit.say(CODE_WRONG) if wrong else "",
    )

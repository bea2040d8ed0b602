"""`mooring admin mail`: a mail that is sent to see whether it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.cli.upkeep.checks.mail import SET_A_MAIL_SERVER
from mooring.server.cli.workplace import HERE, reporting
from mooring.server.delivery.mail.office import send_test_mail
from mooring.server.foundation.settings import load_settings
from mooring.server.identity.domain.email_address import EmailMalformed, parse_email_address
from mooring.server.licensing.domain.obstacles import Obstacle, ValueRefused
from mooring.server.web.pages.design.rendering import TOKENS

if TYPE_CHECKING:
    import argparse

    from mooring.server.cli.output import Output


class MailNotSet(Obstacle):
    """There is no mail server in the settings."""

    code = "mail_not_set"
    title = "No mail can be sent"


class MailNotTaken(Obstacle):
    """The mail server does not take the mail."""

    code = "mail_not_taken"
    title = "The mail was not sent"


def test(arguments: argparse.Namespace) -> int:
    """Run `mooring admin mail test`."""
    return reporting(arguments, lambda output: _test(arguments.address, output))


def _test(written: str, output: Output) -> None:
    settings = load_settings()
    try:
        to = parse_email_address(written).text
    except EmailMalformed:
        raise ValueRefused(f"{written} is no e-mail address.", "Give one, such as you@example.com.") from None
    if settings.smtp_url is None:
        raise MailNotSet("MOORING_SMTP_URL is not set.", SET_A_MAIL_SERVER)
    sent = send_test_mail(settings.smtp_url, settings, to, site=settings.public_url or HERE, tokens=TOKENS)
    if sent.trouble is not None:
        raise MailNotTaken(sent.trouble, "See to the mail server, and to MOORING_SMTP_URL.")
    output.say(
        f"{settings.smtp_url.place} has taken a test mail to {to}. Look whether it arrives, and where:"
    )
    output.say("among the unwanted mail means that SPF, DKIM or DMARC are missing; see docs/guide/mail.md.")
    output.answer({"to": to, "message_id": sent.message_id, "server": settings.smtp_url.place})

"""Mails of every kind, with values as they may come, the worst among them."""

from datetime import UTC, datetime

from mooring.server.delivery.mail.writing import Writer
from mooring.server.foundation.smtp_address import Sender
from mooring.server.record.outbox.mail import VALUES, MailKind, Value
from mooring.server.record.outbox.queue import ClaimedMail
from mooring.server.web.pages.design.rendering import TOKENS

SITE = "https://licenses.harbor.example"
AT = datetime(2026, 3, 1, 17, 45, tzinfo=UTC)
LINK = f"{SITE}/mail/q7Zk2v9fJm3T8xYw5RbN1cLpHs6DgA0eUiOoKkVvXxM"

USUAL: dict[str, Value] = {
    "code": "473281",
    "link": LINK,
    "new_masked": "m•••@o•••.example",
    "masked": "m•••@c•••.example",
    "when": AT,
    "until": AT,
    "where": "192.0.2.7",
    "browser": "Firefox on Windows",
    "name": "Marin's laptop",
    "left": 3,
    "provider": "Microsoft",
    "license": "Harbor Notes Pro",
    "product": "Harbor Notes Pro",
    "from": "m•••@o•••.example",
    "to": "a•••@e•••.example",
    "role": "support",
}
HOSTILE = "<b>x</b>\r\nBcc: victim@example.com\r\n\r\n{host} %(host)s {{ 7*7 }} \u202egnp.exe " + "w" * 400


def a_writer() -> Writer:
    return Writer(Sender("Harbor Notes", "licenses@harbor.example"), SITE, TOKENS)


def a_mail(
    kind: MailKind, language: str = "en", *, address: str = "marin@example.com", **values: Value
) -> ClaimedMail:
    """Return a claimed mail of this kind, with the usual values except for those given."""
    told = {name: USUAL[name] for name in VALUES[kind]} | values
    return ClaimedMail("mai_01hzy8k3m5n7p9q1r3s5t7v9w1", kind, language, address, told, AT, 1, b"claim")

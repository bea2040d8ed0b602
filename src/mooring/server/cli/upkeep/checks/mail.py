"""Mail: whether the mail server takes us, and whether mails get away."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func, select

from mooring.server.cli.upkeep.checks.finding import Finding
from mooring.server.delivery.mail.office import check_mail_server, mailing_of
from mooring.server.record.outbox.tables import outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from mooring.server.foundation.settings import Settings
    from mooring.server.foundation.smtp_address import SmtpServer

SET_A_MAIL_SERVER: Final = (
    "Set MOORING_SMTP_URL, such as smtps://user:password@smtp.example.com?from=a@example.com"
)
_LATE: Final = timedelta(hours=1)


def check_mail(settings: Settings, site: str) -> Finding:
    """Mails should be sent; on a developer's computer it does to read them there."""
    if settings.smtp_url is not None:
        return _check_server(settings.smtp_url)
    if mailing_of(settings, site) == "printed":
        return Finding(
            "mail", "ok", "Mails are printed by the server: MOORING_SMTP_URL is not set, and none is sent."
        )
    return Finding(
        "mail",
        "warning",
        "MOORING_SMTP_URL is not set: mails are not sent. They wait, for three days at most.",
        SET_A_MAIL_SERVER,
    )


def _check_server(server: SmtpServer) -> Finding:
    found = check_mail_server(server)
    if found.trouble is not None:
        return Finding(
            "mail",
            "problem",
            f"No mail is sent. {found.trouble}",
            "See to the mail server, and to MOORING_SMTP_URL; mails wait meanwhile.",
        )
    how = "encrypted" if found.is_encrypted else "unencrypted, on this computer"
    whom = ", with a user name and a password" if found.is_signed_in else ""
    return Finding("mail", "ok", f"{server.place} takes mails from {server.sender.address}, {how}{whom}.")


class Waiting(NamedTuple):
    """Mails in the outbox."""

    mails: int
    oldest: datetime | None


def waiting_mails(connection: Connection) -> Waiting:
    """Return what waits in the outbox."""
    found = connection.execute(
        select(func.count(), func.min(outbox.c.created_at)).where(outbox.c.due_at.is_not(None))
    ).one()
    return Waiting(*found)


def check_outbox(waiting: Waiting, at: datetime) -> Finding:
    """Mails should be on their way within the hour."""
    if waiting.oldest is None:
        return Finding("outbox", "ok", "No mail waits.")
    said = f"Mails that wait: {waiting.mails:,}, since {waiting.oldest:%Y-%m-%d %H:%M} UTC."
    if at - waiting.oldest < _LATE:
        return Finding("outbox", "ok", said)
    return Finding(
        "outbox",
        "warning",
        said,
        "Mails are sent while the server runs: look into its log for mail_server_away and mail_postponed.",
    )

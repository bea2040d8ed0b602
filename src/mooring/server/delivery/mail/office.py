"""The mail office: what becomes of mails on this server, as its settings say, and who sees to it."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from urllib.parse import urlsplit

from mooring.core.descriptor import is_loopback_host
from mooring.core.identifiers import new_identifier
from mooring.server.delivery.mail.carrier import CarrierAway, NotCarried
from mooring.server.delivery.mail.couriers import Couriers
from mooring.server.delivery.mail.printing import PrintingCarrier
from mooring.server.delivery.mail.smtp.carrier import SmtpCarrier
from mooring.server.delivery.mail.smtp.conversation import Conversation
from mooring.server.delivery.mail.writing import Writer
from mooring.server.foundation.smtp_address import Sender
from mooring.server.record.outbox.queue import ClaimedMail, MailQueue

if TYPE_CHECKING:
    from mooring.server.delivery.mail.bell import Bell
    from mooring.server.delivery.mail.carrier import Carrier
    from mooring.server.delivery.mail.couriers import Watch
    from mooring.server.foundation.clock import Clock
    from mooring.server.foundation.database.port import Database
    from mooring.server.foundation.secrets import Secrets
    from mooring.server.foundation.settings import Settings
    from mooring.server.foundation.smtp_address import SmtpServer

Mailing = Literal["sent", "printed", "kept"]
"""Sent; or printed, where only this computer reaches the server; or kept until there is a mail server."""

_NOBODY: Final = Sender("Mooring", "mooring@localhost")


def mailing_of(settings: Settings, site: str) -> Mailing:
    """Return what becomes of the mails of the server at ``site``."""
    if settings.smtp_url is not None:
        return "sent"
    return "printed" if is_loopback_host(urlsplit(site).hostname or "") else "kept"


class MailOffice:
    """Sees to the mails of one server process."""

    def __init__(
        self,
        settings: Settings,
        secrets: Secrets,
        database: Database,
        clock: Clock,
        *,
        site: str,
        tokens: str,
        watch: Watch,
        bell: Bell,
    ) -> None:
        """Send the mails of the server at ``site``, that look as the design ``tokens`` say."""
        self.queue: Final = MailQueue(database, secrets, clock)
        self.couriers: Final = Couriers(
            self.queue,
            _carrier(settings, mailing_of(settings, site)),
            _writer(settings, site, tokens).write,
            bell=bell,
            watch=watch,
        )


class Checked(NamedTuple):
    """What a conversation with the mail server has shown."""

    trouble: str | None
    """Why no mail can be sent, in a plain sentence; none: all is well."""
    is_encrypted: bool = False
    is_signed_in: bool = False


def check_mail_server(server: SmtpServer) -> Checked:
    """Connect to the mail server, encrypt and sign in, and send nothing."""
    try:
        with closing(Conversation(server)) as conversation:
            conversation.check()
            return Checked(None, conversation.is_encrypted, server.user is not None)
    except CarrierAway as away:
        return Checked(away.why)


class Tried(NamedTuple):
    """What became of a test mail."""

    trouble: str | None
    """Why it was not taken; none: it was."""
    message_id: str


def send_test_mail(server: SmtpServer, settings: Settings, to: str, *, site: str, tokens: str) -> Tried:
    """Send a mail that says nothing to ``to``, at once."""
    at = datetime.now(UTC)
    mail = ClaimedMail(new_identifier("mai", at), "test", "en", to, {}, at, 1, b"")
    message = _writer(settings, site, tokens).write(mail)
    try:
        with closing(Conversation(server)) as conversation:
            conversation.hand_over(message, to, is_ours=lambda: True)
    except NotCarried as error:
        return Tried(error.why, str(message["Message-ID"]))
    return Tried(None, str(message["Message-ID"]))


def _carrier(settings: Settings, mailing: Mailing) -> Carrier | None:
    if mailing == "printed":
        return PrintingCarrier()
    return None if settings.smtp_url is None else SmtpCarrier(settings.smtp_url)


def _writer(settings: Settings, site: str, tokens: str) -> Writer:
    server = settings.smtp_url
    sender = server.sender if server is not None else settings.mail_from or _NOBODY
    return Writer(sender, site, tokens)

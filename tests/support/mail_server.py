"""A mail server of a publisher: real SMTP with TLS and passwords, which misbehaves as it is told.

>>> with MailServer() as server:
...     environ = server.environ  # of a Mooring server that is to send its mails there
...     server.mails  # what has arrived, in that order
[]
"""

import asyncio
import re
import ssl
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import quote

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "mooring@example.com", "pässwörd/with#signs"
SENDER = "Harbor Notes <licenses@harbor.example>"

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True)
class Caught:
    """A mail that has arrived."""

    sender: str
    to: str
    content: bytes = field(repr=False)
    signed_in_as: str | None = None
    encrypted: bool = False

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=default)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def link(self) -> str:
        """The one address in its text that leads further; fails where there is none."""
        return re.findall(r"^https?://\S+$", self.text, re.MULTILINE)[0]

    @property
    def code(self) -> str:
        """The six digits in it; fails where there are none."""
        return re.findall(r"^(\d{6})$", self.text, re.MULTILINE)[0]

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert part is not None, f"there is no {kind} part"
        return part.get_content().replace("\r\n", "\n")


@dataclass
class Manners:
    """How the server behaves; may be changed while it runs."""

    refuse: dict[str, str] = field(default_factory=dict)
    """By recipient: what is said instead of taking mail for them, such as ``550 No such user``."""
    refuse_sender: str | None = None
    refuse_content: str | None = None
    greylist: bool = False
    """Put off every recipient the first time."""
    hold_data: bool = False
    """Do not answer DATA."""
    hold_end: bool = False
    """Take in the mail, and do not answer its end."""
    after_data: Callable[[], None] | None = None
    """Called when a mail has come in, before that is answered."""


class MailServer:
    """Listens on this computer while it is entered; stop it and start it again as often as you like."""

    def __init__(self, security: Security = "starttls", *, password: bool = True) -> None:
        """Speak ``security``; with a ``password`` take mails only from who signs in as ``USER``."""
        self.manners = Manners()
        self.mails: list[Caught] = []
        self.put_off: list[str] = []
        """Recipients that were greylisted."""
        self.held = threading.Event()
        """Set once an answer is being held back."""
        self._security = security
        self._password = password
        self._arrived = threading.Condition()
        self._folder = tempfile.TemporaryDirectory()
        self._authority = trustme.CA()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert("localhost", "127.0.0.1").configure_cert(self._tls)
        self.trust = Path(self._folder.name, "authority.pem")
        """The file of the authority that its certificate comes from."""
        self._authority.cert_pem.write_to_path(str(self.trust))
        self.port = 0
        self._running: _Running | None = None
        self._holding: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        self._folder.cleanup()

    def start(self) -> None:
        """Listen, where it listened before."""
        self._running = _Running(self._protocol, self.port, self._tls if self._security == "tls" else None)
        self.port = self._running.port

    def stop(self) -> None:
        """Refuse connections, and cut those that there are."""
        if self._running is not None:
            self._holding.clear()
            self._running.stop()
            self._running = None

    def release(self) -> None:
        """Give every answer that is being held back, and hold back no more."""
        self.manners.hold_data = self.manners.hold_end = False
        self.held.clear()
        for loop, released in self._holding:
            loop.call_soon_threadsafe(released.set)
        self._holding.clear()

    def distrust(self) -> None:
        """Let the trusted authority be another than the one its certificate comes from."""
        trustme.CA().cert_pem.write_to_path(str(self.trust))

    @property
    def url(self) -> str:
        """What ``MOORING_SMTP_URL`` is to be set to."""
        scheme = "smtps" if self._security == "tls" else "smtp"
        user = f"{quote(USER, '')}:{quote(PASSWORD, '')}@" if self._password else ""
        return f"{scheme}://{user}localhost:{self.port}?from={quote(SENDER)}"

    @property
    def environ(self) -> dict[str, str]:
        """The settings of a Mooring server that sends its mails here."""
        return {"MOORING_SMTP_URL": self.url, "SSL_CERT_FILE": str(self.trust)}

    def wait_for(self, count: int, *, seconds: float = 20.0) -> list[Caught]:
        """Return the mails once there are so many of them."""
        with self._arrived:
            done = self._arrived.wait_for(lambda: len(self.mails) >= count, timeout=seconds)
        assert done, f"{len(self.mails)} mails arrived, not {count}"
        return self.mails

    def mails_to(self, address: str) -> list[Caught]:
        """Return what arrived for ``address``."""
        return [mail for mail in self.mails if mail.to == address]

    def _protocol(self) -> SMTP:
        options: dict[str, Any] = {"enable_SMTPUTF8": True, "hostname": "mail.example"}
        if self._security == "starttls":
            options |= {"tls_context": self._tls, "require_starttls": True}
        if self._password:
            options |= {"authenticator": _sign_in, "auth_require_tls": self._security == "starttls"}
        return _Protocol(self, **options)

    # What aiosmtpd asks.

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._password and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if self.manners.refuse_sender:
            return self.manners.refuse_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.manners.refuse:
            return self.manners.refuse[address]
        if self.manners.greylist and address not in self.put_off:
            self.put_off.append(address)
            return f"451 4.7.1 <{address}>: greylisted, try again in five minutes"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.manners.refuse_content:
            return self.manners.refuse_content
        if self.manners.after_data is not None:
            self.manners.after_data()
        if self.manners.hold_end:
            await self._hold()
        assert isinstance(envelope.content, bytes)
        user = session.auth_data.decode() if session.authenticated else None
        encrypted = session.ssl is not None or self._security == "tls"
        with self._arrived:
            self.mails.extend(
                Caught(envelope.mail_from or "", to, envelope.content, user, encrypted)
                for to in envelope.rcpt_tos
            )
            self._arrived.notify_all()
        return "250 2.0.0 OK, it is ours"

    async def _hold(self) -> None:
        self.held.set()
        released = asyncio.Event()
        self._holding.append((asyncio.get_running_loop(), released))
        await released.wait()


class _Protocol(SMTP):
    """Holds back its answer to DATA where it is told to."""

    def __init__(self, server: MailServer, **options: Any) -> None:
        super().__init__(server, **options)
        self._mail_server = server

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if self._mail_server.manners.hold_data:
            await self._mail_server._hold()
        await super().smtp_DATA(arg)


class _Running:
    """An event loop in a thread that listens."""

    def __init__(
        self, protocol: Callable[[], asyncio.Protocol], port: int, tls: ssl.SSLContext | None
    ) -> None:
        self._loop = asyncio.new_event_loop()
        self._transports: list[asyncio.BaseTransport] = []
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

        def connected() -> asyncio.Protocol:
            made = protocol()
            begin = made.connection_made

            def connection_made(transport: asyncio.BaseTransport) -> None:
                self._transports.append(transport)
                begin(transport)

            made.connection_made = connection_made
            return made

        async def listen() -> asyncio.Server:
            return await self._loop.create_server(connected, "127.0.0.1", port, ssl=tls)

        self._server = self._do(listen())
        self.port: int = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        async def end() -> None:
            self._server.close()
            for transport in self._transports:
                transport.abort()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        self._do(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)


def _sign_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=good, handled=False, auth_data=USER.encode() if good else None)

"""A conversation with a mail server (RFC 5321, 6409), word for word, in whatever thread it is held."""

from __future__ import annotations

import base64
import re
import smtplib
import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from email.generator import BytesGenerator
from email.policy import SMTP as LINES
from io import BytesIO
from typing import TYPE_CHECKING, Final

import truststore

from mooring.server.delivery.mail.carrier import CarrierAway, NotNow, RefusedForGood

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

    from mooring.server.foundation.smtp_address import SmtpServer

SECONDS_AT_THE_END: Final = 600.0
"""How long an answer to the end of a mail may take: ten minutes (RFC 5321, 4.5.3.2.6), because who gives up
earlier does not know whether the mail was taken, and sends it twice."""
_OK: Final = 250
_GO_AHEAD: Final = 354
_SIGNED_IN: Final = 235
_ASKS_ON: Final = 334
_MOST_WORDS: Final = 200


class Conversation:
    """One connection. It is held by one thread at a time; only :meth:`abort` may be called from another."""

    def __init__(self, server: SmtpServer, *, seconds_at_the_end: float = SECONDS_AT_THE_END) -> None:
        """Connect to ``server``, encrypt, and sign in.

        Raises:
            CarrierAway: that is not possible; ``why`` says so in a plain sentence.
        """
        self._server = server
        self._seconds_at_the_end = max(seconds_at_the_end, server.seconds)
        self._turn = threading.Lock()
        self._is_aborted = False
        self._awaits_the_end = False
        with self._told_plainly():
            self._smtp = self._connected()
        try:
            with self._told_plainly():
                self._encrypt()
                self._sign_in()
        except CarrierAway:
            self._smtp.close()
            raise

    @property
    def is_open(self) -> bool:
        """Whether another mail may follow."""
        return self._smtp.sock is not None

    @property
    def is_encrypted(self) -> bool:
        """Whether nobody on the way can listen."""
        return isinstance(self._smtp.sock, ssl.SSLSocket)

    def check(self) -> None:
        """Ask for nothing, and be answered.

        Raises:
            CarrierAway: there was no answer.
        """
        with self._told_plainly():
            self._smtp.noop()

    def hand_over(self, message: EmailMessage, to: str, *, is_ours: Callable[[], bool]) -> None:
        """Hand ``message`` over for the mailbox ``to``, if it still ``is_ours`` at the end.

        Raises:
            RefusedForGood: the mail will never be taken.
            NotNow: it may be taken later.
        """
        recipient, options = self._addressed(to)
        content = _as_lines(message)
        try:
            self._envelope(recipient, options)
            self._content(content, is_ours)
        except (NotNow, RefusedForGood) as error:
            error.why = error.why.replace(recipient, "(recipient)").replace(to, "(recipient)")
            self._begin_anew()
            raise
        except (smtplib.SMTPException, OSError) as error:
            self._smtp.close()
            raise NotNow(f"The connection to {self._server.place} was lost: {_words(error)}") from None

    def _begin_anew(self) -> None:
        """Take the mail back that was begun; where that cannot be, another mail needs another connection."""
        if self._smtp.sock is None:
            return
        try:
            self._smtp.rset()
        except (smtplib.SMTPException, OSError):
            self._smtp.close()

    def abort(self, *, in_doubt: bool) -> None:
        """End the conversation from another thread, unless only the last answer is awaited; see the port."""
        with self._turn:
            sock = self._smtp.sock
            if sock is None or (self._awaits_the_end and not in_doubt):
                return
            self._is_aborted = True
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)  # past TLS, which is the other thread's

    def close(self) -> None:
        """Take leave."""
        with suppress(smtplib.SMTPException, OSError):
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(2)  # nothing depends on the answer any more
            self._smtp.quit()
        self._smtp.close()

    def _connected(self) -> smtplib.SMTP:
        server, me = self._server, _own_name()
        if server.security == "tls":
            context = _trust()
            return smtplib.SMTP_SSL(server.host, server.port, me, timeout=server.seconds, context=context)
        return smtplib.SMTP(server.host, server.port, me, timeout=server.seconds)

    def _encrypt(self) -> None:
        self._smtp.ehlo_or_helo_if_needed()
        security, offered = self._server.security, self._smtp.has_extn("starttls")
        if security == "starttls" and not offered:
            raise CarrierAway(
                f"{self._server.place} offers no encryption (STARTTLS), and mails are not sent without it."
            )
        if offered and security in {"starttls", "if_offered"}:
            self._smtp.starttls(context=_trust())
            self._smtp.ehlo()

    def _sign_in(self) -> None:
        user, password = self._server.user, self._server.password
        if user is None or password is None:
            return
        ways = self._smtp.esmtp_features.get("auth", "").upper().replace("=", " ").split()
        # The texts are UTF-8 (RFC 4616), which smtplib's own login refuses.
        if "PLAIN" in ways:
            both = _base64(f"\0{user}\0{password}")
            code, reply = self._smtp.docmd("AUTH", f"PLAIN {both}")
        elif "LOGIN" in ways:
            code, reply = self._smtp.docmd("AUTH", "LOGIN")
            for word in (user, password):
                if code == _ASKS_ON:
                    code, reply = self._smtp.docmd(_base64(word))
        else:
            raise CarrierAway(f"{self._server.place} lets nobody sign in with a user name and a password.")
        if code != _SIGNED_IN:
            raise CarrierAway(
                f"{self._server.place} refuses the user name and password: {_said(code, reply)}"
            )

    def _addressed(self, to: str) -> tuple[str, list[str]]:
        """Return ``to`` as it is told this server, and what must be said before."""
        if not to.isprintable() or " " in to:
            raise RefusedForGood("This is no address.")
        local, _, domain = to.rpartition("@")
        with suppress(UnicodeError):
            domain = domain.encode("idna").decode()
        if local.isascii() and domain.isascii():
            return f"{local}@{domain}", []
        if not self._smtp.has_extn("smtputf8"):
            raise RefusedForGood(f"{self._server.place} takes no addresses beyond ASCII (SMTPUTF8).")
        return f"{local}@{domain}", ["SMTPUTF8"]

    def _envelope(self, recipient: str, options: list[str]) -> None:
        code, reply = self._smtp.mail(self._server.sender.address, options)
        if code != _OK:  # even for good: what is refused is our sender, which can be set right meanwhile
            raise NotNow(f"{self._server.place} refuses the sender: {_said(code, reply)}")
        code, reply = self._smtp.rcpt(recipient)
        _judge(code in {_OK, 251}, code, reply)

    def _content(self, content: bytes, is_ours: Callable[[], bool]) -> None:
        code, reply = self._smtp.docmd("DATA")
        _judge(code == _GO_AHEAD, code, reply)
        self._smtp.send(content)
        sock = self._smtp.sock
        assert sock is not None  # noqa: S101 (it was just written to)
        sock.settimeout(self._seconds_at_the_end)
        with self._turn:
            if self._is_aborted or not is_ours():
                self._smtp.close()  # in the middle of a mail nothing else ends it
                raise NotNow("It was stopped before its end.")
            self._awaits_the_end = True
        try:
            code, reply = self._smtp.docmd(".")
        finally:
            self._awaits_the_end = False
        sock.settimeout(self._server.seconds)
        _judge(code == _OK, code, reply)

    @contextmanager
    def _told_plainly(self) -> Iterator[None]:
        place = self._server.place
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise CarrierAway(f"The certificate of {place} is not good: {error.verify_message}.") from None
        except ssl.SSLError as error:
            hint = (
                " Use smtp:// where the server begins without TLS." if self._server.security == "tls" else ""
            )
            raise CarrierAway(f"{place} does not encrypt as it should: {_words(error)}.{hint}") from None
        except TimeoutError:
            raise CarrierAway(f"{place} does not answer.") from None
        except (smtplib.SMTPException, OSError) as error:
            if "timed out" in str(error):  # as smtplib words it
                raise CarrierAway(f"{place} does not answer.") from None
            raise CarrierAway(f"{place} cannot be reached: {_words(error)}.") from None


def _judge(is_good: bool, code: int, reply: bytes) -> None:
    if is_good:
        return
    if 500 <= code < 600:
        raise RefusedForGood(_said(code, reply))
    raise NotNow(_said(code, reply))


def _as_lines(message: EmailMessage) -> bytes:
    """Return the mail as it is sent, up to the dot that ends it."""
    buffer = BytesIO()
    BytesGenerator(buffer, policy=message.policy.clone(linesep=LINES.linesep)).flatten(message)
    content = re.sub(rb"(?m)^\.", b"..", buffer.getvalue())
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _trust() -> ssl.SSLContext:
    """Return what the system trusts."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _own_name() -> str:
    """Return the name we greet with, without asking a name server that may be slow."""
    name = socket.gethostname()
    return name if re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", name) else "[127.0.0.1]"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _said(code: int, reply: bytes) -> str:
    return f"{code} {_printable(reply.decode('utf-8', 'replace'))}"


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        return _said(error.smtp_code, reply if isinstance(reply, bytes) else reply.encode())
    known = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return _printable(known).rstrip(".")


def _printable(text: str) -> str:
    return "".join(symbol if symbol.isprintable() else " " for symbol in text)[:_MOST_WORDS].strip()

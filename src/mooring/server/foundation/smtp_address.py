"""The address of a mail server as it is set: refused in words, told without its password."""

import re
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import SplitResult, unquote, urlsplit

from mooring.core.descriptor import is_loopback_host

Security = Literal["tls", "starttls", "if_offered", "none"]

EXAMPLE: Final = "smtp://user:password@smtp.example.com:587?from=Example%20<licenses@example.com>"
_PORTS: Final = {"smtp": 587, "smtps": 465}
_TAKEN: Final = ("from", "starttls", "timeout")
_SECONDS: Final = range(1, 601)
_ADDRESS: Final = r"[a-zA-Z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*"
_SENDER: Final = re.compile(rf'(?:"?(?P<name>[^"<>]*?)"?\s*<(?P<address>{_ADDRESS})>|(?P<alone>{_ADDRESS}))')


@dataclass(frozen=True, slots=True)
class Sender:
    """Who mails come from, as their readers see it."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What follows the @."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server that takes our mails (RFC 6409).

    Attributes:
        host: Its name, which its certificate must bear.
        port: Where it listens.
        security: ``tls`` from the first byte, or ``starttls`` before anything is told. Only on this computer
            STARTTLS ``if_offered``, or ``none``.
        user: Who signs in there; none where nobody needs to.
        password: Of that user.
        sender: Who mails come from.
        seconds: How long one answer may take.
    """

    host: str
    port: int
    security: Security
    sender: Sender
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    seconds: float = 30.0

    @property
    def place(self) -> str:
        """Where it is, for people: no name of a user, no password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def parse_smtp_address(text: str, sender: Sender | None) -> SmtpServer:
    """Return the mail server that ``text`` names; mails come from ``sender``, else from who ``text`` says.

    Raises:
        ValueError: it cannot be used; the message fits behind the setting's name and repeats nothing that
            may be a password.
    """
    parts = _parted(text)
    host = str(parts.hostname)
    options = _options(parts.query)
    security = _security(parts.scheme, host, options.get("starttls", "required"))
    user, password = _part(parts.username), _part(parts.password)
    if (user is None) != (password is None):
        raise ValueError("must have both a user and a password, or neither")
    if sender is None:
        written = options.get("from") or (user if user and "@" in user else None)
        if written is None:
            raise ValueError(f"must say who mails come from, such as {EXAMPLE}; or set MOORING_MAIL_FROM")
        try:
            sender = parse_sender(written)
        except ValueError as error:
            raise ValueError(f"has a from that {error}") from None
    return SmtpServer(
        host=host,
        port=parts.port or _PORTS[parts.scheme],
        security=security,
        sender=sender,
        user=user,
        password=password,
        seconds=_seconds(options.get("timeout", "30")),
    )


def parse_sender(text: str) -> Sender:
    """Return the sender written as ``Name <a@example.com>`` or as a bare address.

    Raises:
        ValueError: it is no such thing; the message fits behind the setting's name.
    """
    found = _SENDER.fullmatch(text.strip()) if text.isprintable() else None
    if found is None:
        raise ValueError("must be an address such as Example <licenses@example.com>")
    address = found["address"] or found["alone"]
    return Sender(found["name"] or address.rpartition("@")[2], address)


def _parted(text: str) -> SplitResult:
    if "#" in text:
        raise ValueError("has a # in it: write %23 for it")
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in _PORTS and bool(parts.hostname) and text.isprintable()
        port = parts.port
    except ValueError:  # such as a port that is no number: where a password has a special character, too
        raise ValueError(f"must be an address such as {EXAMPLE}; write %2F for a / in a password") from None
    for symbol, place in (("/", parts.path.rstrip("/")), ("@", parts.netloc.partition("@")[2])):
        if symbol in place:
            raise ValueError(f"has a {symbol} in its user name or password: write %{ord(symbol):02X} for it")
    if not is_address:
        raise ValueError(f"must be an address such as {EXAMPLE}; or begin with smtps://")
    if port == 0:
        raise ValueError("has a port that does not exist, 0")
    return parts


def _options(query: str) -> dict[str, str]:
    """Return what follows the question mark; a plus in it is a plus, because addresses have them."""
    options: dict[str, str] = {}
    for item in filter(None, query.split("&")):
        name, _, value = item.partition("=")
        if name not in _TAKEN:
            raise ValueError(f"has an unknown parameter, {name}; it may have {', '.join(_TAKEN)}")
        if name in options:
            raise ValueError(f"has the parameter {name} more than once")
        options[name] = unquote(value)
    return options


def _security(scheme: str, host: str, starttls: str) -> Security:
    if starttls not in {"required", "off"}:
        raise ValueError("has a starttls that does not exist; it may be required or off")
    if scheme == "smtps":
        if starttls == "off":
            raise ValueError("has starttls=off with smtps://, which encrypts from the beginning")
        return "tls"
    if not is_loopback_host(host):
        if starttls == "off":
            raise ValueError("has starttls=off: mails leave this computer encrypted, or not at all")
        return "starttls"
    return "none" if starttls == "off" else "if_offered"


def _seconds(text: str) -> float:
    if not text.isdecimal() or int(text) not in _SECONDS:
        raise ValueError(f"has a timeout that is no number of seconds from 1 to {_SECONDS[-1]}")
    return float(text)


def _part(text: str | None) -> str | None:
    value = unquote(text) if text else None
    if value is not None and not value.isprintable():
        raise ValueError("has a user name or password that cannot be typed")
    return value

"""Settings: the only reader of the environment and of ``mooring.toml``."""

import difflib
import ipaddress
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar, get_args
from urllib.parse import urlsplit

from sqlalchemy.engine import URL

from mooring.core.privacy import CATALOGUE, DEVICE_NAME, choice_named
from mooring.server.foundation.database.address import parse_database_address
from mooring.server.foundation.sign_in_providers import (
    SignInProvider,
    gather_providers,
    parse_providers,
)
from mooring.server.foundation.smtp_address import Sender, SmtpServer, parse_sender, parse_smtp_address

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["auto", "text", "json"]

FILE_NAME = "mooring.toml"
_PREFIX = "MOORING_"
ASK_NOTHING = "nothing"
"""What ``privacy_asks`` is where people are asked for nothing; in ``mooring.toml`` an empty list will do."""
T = TypeVar("T")


class SettingInvalid(Exception):
    """A setting cannot be used; the message names it, where it was set, and what it should be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can choose: the environment wins over ``mooring.toml``, and that over the defaults."""

    data_dir: Path
    """Where the server keeps its files: the embedded database, the secret and the root key."""
    database_url: URL
    """The database; its password, if any, is hidden when printed."""
    secret_file: Path
    """The server's one secret, from which every other secret is derived."""
    root_key_file: Path
    """The private root key; the file may be absent, because a root can be kept offline."""
    public_url: str | None = None
    """The address under which devices reach this server, without a slash at its end."""
    trusted_proxies: tuple[Network, ...] = ()
    """Whose ``X-Forwarded-For`` is believed."""
    database_read_url: URL | None = None
    """A copy that follows the database, to be read where a moment does not matter."""
    log_level: LogLevel = "info"
    log_format: LogFormat = "auto"
    """``auto``: text on a terminal, else JSON."""
    metrics_token: str | None = field(default=None, repr=False)
    """Who sends it as a bearer token may read ``/metrics`` from another computer."""
    smtp_url: SmtpServer | None = None
    """The mail server that sends our mails; without one they wait, or are printed for a developer."""
    mail_from: Sender | None = None
    """Who mails come from; without it ``smtp_url`` says so."""
    oidc: tuple[SignInProvider, ...] = ()
    """Where people may sign in with an account that they have already, in the order of the buttons."""
    privacy_asks: tuple[str, ...] = (DEVICE_NAME,)
    """What people are asked to share beyond what is necessary; each of it is off until they agree."""


def load_settings(environ: Mapping[str, str] = os.environ, cwd: Path | None = None) -> Settings:
    """Read the settings from ``environ`` (``MOORING_*``) and from ``mooring.toml`` in ``cwd``.

    Relative paths start at ``cwd``. An empty environment variable counts as not set.

    Raises:
        SettingInvalid: a value cannot be used, or ``mooring.toml`` cannot be read or names no known setting.
    """
    folder = Path.cwd() if cwd is None else cwd
    source = _Source(environ, _read_file(folder / FILE_NAME))

    def path(value: object) -> Path:
        return folder / Path(_text(value)).expanduser()

    data_dir = source.get("data_dir", path, folder / "mooring-data")
    embedded = URL.create("sqlite", database=str(data_dir / "mooring.db"))
    sender = source.get("mail_from", lambda value: parse_sender(_text(value)), None)
    return Settings(
        data_dir=data_dir,
        database_url=source.get(
            "database_url", lambda value: parse_database_address(_text(value), folder), embedded
        ),
        database_read_url=source.get("database_read_url", lambda value: _replica(_text(value), folder), None),
        secret_file=source.get("secret_file", path, data_dir / "secret"),
        root_key_file=source.get("root_key_file", path, data_dir / "root-key.pem"),
        public_url=source.get("public_url", _public_url, None),
        trusted_proxies=source.get("trusted_proxies", _networks, ()),
        log_level=source.get("log_level", _log_level, "info"),
        log_format=source.get("log_format", _log_format, "auto"),
        metrics_token=source.get("metrics_token", _text, None),
        smtp_url=source.get("smtp_url", lambda value: parse_smtp_address(_text(value), sender), None),
        mail_from=sender,
        oidc=source.providers(),
        privacy_asks=source.get("privacy_asks", _privacy_asks, (DEVICE_NAME,)),
    )


class _Source:
    """The two places a setting may come from."""

    def __init__(self, environ: Mapping[str, str], file: Mapping[str, object]) -> None:
        self._environ = environ
        self._file = file

    def get(self, name: str, parse: Callable[[object], T], default: T) -> T:
        variable = _PREFIX + name.upper()
        value: object = self._environ.get(variable)
        if value:
            return _parsed(variable, parse, value)
        if name in self._file:
            return _parsed(f"{name} in {FILE_NAME}", parse, self._file[name])
        return default

    def providers(self) -> tuple[SignInProvider, ...]:
        try:
            return parse_providers(gather_providers(self._environ, self._file.get("oidc", {})))
        except ValueError as error:
            raise SettingInvalid(f"{error}.") from error


def _parsed(label: str, parse: Callable[[object], T], value: object) -> T:
    try:
        return parse(value)
    except ValueError as error:
        raise SettingInvalid(f"{label} {error}.") from error


def _read_file(file: Path) -> Mapping[str, object]:
    try:
        with file.open("rb") as stream:
            values = tomllib.load(stream)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingInvalid(f"{file} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingInvalid(f"{file} is not valid TOML: {error}.") from error
    known = Settings.__dataclass_fields__.keys()
    for name in values.keys() - known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]}?" if near else f" The settings are: {', '.join(known)}."
        raise SettingInvalid(f"{file} has an unknown setting, {name}.{hint}")
    return values


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text that is not empty")
    return value.strip()


def _replica(text: str, folder: Path) -> URL:
    url = parse_database_address(text, folder)
    if url.get_backend_name() != "postgresql":
        raise ValueError("must name a copy of PostgreSQL: SQLite has none that follows it")
    return url


def _public_url(value: object) -> str:
    text = _text(value).rstrip("/")
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # such as a bracket without its pair, or a port that is no number
        is_address = False
    if not is_address:
        raise ValueError("must be an address such as https://activation.example.com")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError("must be a plain address, without user name, query or fragment")
    return text


def _networks(value: object) -> tuple[Network, ...]:
    items = value if isinstance(value, list) else _text(value).split(",")
    try:
        return tuple(ipaddress.ip_network(_text(item), strict=False) for item in items)
    except ValueError:
        raise ValueError("must list addresses or networks, such as 10.0.0.0/8, 192.0.2.7") from None


def _privacy_asks(value: object) -> tuple[str, ...]:
    """Return the names of what is asked for, each once: only of what Mooring really does something with."""
    items = value if isinstance(value, list) else _text(value).split(",")
    names = tuple(dict.fromkeys(_text(item).lower() for item in items))
    if names == (ASK_NOTHING,):
        return ()
    offered = ", ".join(choice.name for choice in CATALOGUE if choice.text_version is not None)
    for name in names:
        choice = choice_named(name)
        if choice is None:
            raise ValueError(f"must list what to ask for, of {offered}, or be {ASK_NOTHING}; not {name}")
        if choice.text_version is None:
            raise ValueError(f"cannot have {name}: Mooring does nothing with it yet")
    return names


def _log_level(value: object) -> LogLevel:
    return _one_of(value, get_args(LogLevel))


def _log_format(value: object) -> LogFormat:
    return _one_of(value, get_args(LogFormat))


def _one_of(value: object, allowed: tuple[T, ...]) -> T:
    word = _text(value).lower()
    for choice in allowed:
        if choice == word:
            return choice
    raise ValueError(f"must be one of {', '.join(map(str, allowed))}")

"""The descriptor: what a publisher ships with a program, so that it knows whom to ask and whom to believe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mooring.core.jose.encoding import MalformedJose, b64url_decode, b64url_encode, strict_json
from mooring.core.jose.keys import PublicKey, public_key_from_jwk
from mooring.core.jose.members import Members, WrongMember, is_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION: Final = 1
"""The member ``mooring``: how the others are to be read."""

MAX_BYTES: Final = 256 * 1024
MAX_KEYS: Final = 4
MAX_SERVERS: Final = 4
MAX_PRODUCT_CODE: Final = 624
"""The highest number that the first two symbols of a product key can say."""

URL_NAMES: Final = ("buy", "renew", "support", "account", "privacy")

_SLUG_SYMBOLS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")
_MAX_ENTITLEMENTS = 64
_MAX_ENTITLEMENT_BYTES = 48
_MAX_EDITIONS = 64


class EditionTerms(NamedTuple):
    """An edition as a program knows it before it was ever activated."""

    name: str
    entitlements: Mapping[str, str]
    """The display name of each entitlement."""
    unactivated_entitlements: tuple[str, ...]
    """What works without an activation."""


class Descriptor(NamedTuple):
    """A parsed descriptor: every part has been judged, so it can be used as it is."""

    issuer: str
    servers: tuple[str, ...]
    """1 to 4 addresses without a slash at the end; https, except on this computer itself."""
    product: str
    product_code: int
    name: str
    roots: tuple[PublicKey, ...]
    offline_keys: tuple[PublicKey, ...]
    hardware_salt: bytes
    lab: bool
    """Whether the command may take hardware from a file: only ever for a server on this computer."""
    urls: Mapping[str, str]
    editions: Mapping[str, EditionTerms]

    def to_document(self) -> dict[str, Any]:
        """Return the JSON object that ``parse_descriptor`` reads."""
        document: dict[str, Any] = {
            "mooring": VERSION,
            "issuer": self.issuer,
            "servers": list(self.servers),
            "product": self.product,
            "product_code": self.product_code,
            "name": self.name,
            "roots": [key.jwk for key in self.roots],
            "offline_keys": [key.jwk for key in self.offline_keys],
            "hardware_salt": b64url_encode(self.hardware_salt),
            "urls": dict(self.urls),
            "editions": {
                slug: {
                    "name": terms.name,
                    "entitlements": dict(terms.entitlements),
                    "unactivated_entitlements": list(terms.unactivated_entitlements),
                }
                for slug, terms in self.editions.items()
            },
        }
        if self.lab:
            document["lab"] = True
        return document


def parse_descriptor(source: bytes | dict[str, Any]) -> Descriptor:
    """Return the descriptor that ``source`` is, as JSON or already decoded; unknown members are ignored.

    Raises:
        ValueError: with a sentence for the developer, which names the first member that is wrong.
    """
    members = Members(_document(source))
    try:
        if members.number("mooring") != VERSION:
            raise ValueError("This descriptor is for another version of Mooring: update the mooring package.")
        servers = _servers(members)
        lab = not members.is_null("lab") and members.flag("lab")
        if lab and not all(is_loopback(server) for server in servers):
            raise ValueError("A descriptor marked lab may only name servers on this computer.")
        return Descriptor(
            issuer=_address(members, "issuer", members.raw("issuer"), anywhere=True),
            servers=servers,
            product=_slug(members, "product"),
            product_code=members.number("product_code", most=MAX_PRODUCT_CODE),
            name=members.text("name"),
            roots=_keys(members, "roots"),
            offline_keys=_keys(members, "offline_keys"),
            hardware_salt=_salt(members),
            lab=lab,
            urls=_urls(members),
            editions=_editions(members.object("editions")),
        )
    except WrongMember as error:
        raise ValueError(f"The descriptor is not usable: {error.member} is missing or wrong.") from None


def is_loopback(url: str) -> bool:
    """Tell whether ``url`` is an http or https address that names this computer itself.

    What looks like a port may be a password: `http://127.0.0.1:80@a.example` leads elsewhere.
    """
    scheme, _, rest = url.partition("://")
    authority = rest.partition("/")[0]
    if authority.startswith("["):
        host, _, port = authority[1:].partition("]")
        port = port.removeprefix(":")
    else:
        host, _, port = authority.partition(":")
    is_port = not port or (port.isascii() and port.isdigit())
    return scheme.lower() in ("http", "https") and is_port and is_loopback_host(host)


def is_loopback_host(host: str) -> bool:
    """Tell whether ``host``, a name or an address without brackets, is this computer itself."""
    host = host.lower()
    numbers = host.split(".")
    return host in {"localhost", "::1"} or (
        len(numbers) == 4
        and numbers[0] == "127"
        and all(n.isascii() and n.isdigit() and len(n) <= 3 and int(n) <= 255 for n in numbers)
    )


def _document(source: bytes | dict[str, Any]) -> dict[str, Any]:
    if isinstance(source, dict):
        return source
    if len(source) > MAX_BYTES:
        raise ValueError(f"The descriptor is longer than {MAX_BYTES} bytes.")
    try:
        return strict_json(source)
    except MalformedJose as error:
        reason = "has a member twice" if error.why == "duplicate_member" else "is not one JSON object"
        raise ValueError(f"The descriptor {reason}.") from None


def _servers(members: Members) -> tuple[str, ...]:
    servers = members.array("servers", least=1, most=MAX_SERVERS)
    return tuple(_address(members, "servers", each).rstrip("/") for each in servers)


def _address(members: Members, name: str, url: object, *, anywhere: bool = False) -> str:
    """Return ``url`` if it may be asked: https, or this computer itself (``anywhere``: it is never asked)."""
    if not isinstance(url, str) or not 0 < len(url) <= 2000 or not _is_address(url):
        raise members.wrong(name)
    if url.startswith("https://") or anywhere or is_loopback(url):
        return url
    raise members.wrong(name)


def _is_address(url: str) -> bool:
    """Tell whether ``url`` is http(s) and a host, without user name, query, fragment or odd characters."""
    scheme, separator, rest = url.partition("://")
    return (
        scheme in ("http", "https")
        and bool(separator)
        and rest[:1] not in ("", "/", ":")
        and url.isascii()
        and url.isprintable()
        and not any(c in ' "<>\\^`{|}?#@' for c in rest)
        and _is_authority(rest.partition("/")[0])
    )


def _is_authority(text: str) -> bool:
    """Tell whether ``text`` is a host, in brackets where it is an IPv6 address, and perhaps a port.

    Anything else would only be met when a program asks its server: too late for the publisher to see it.
    """
    host, colon, port = text.rpartition(":")
    if not colon or port.endswith("]"):
        host, port = text, ""
    inner = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    bracketed = inner is not host
    return (
        bool(inner)
        and (":" in inner) is bracketed
        and not any(c in "[]%" for c in inner)
        and (not port or (port.isdigit() and len(port) <= 5 and 0 < int(port) <= 65535))
    )


def _slug(members: Members, name: str) -> str:
    slug = members.text(name, longest=64)
    if not _is_slug(slug):
        raise members.wrong(name)
    return slug


def _is_slug(text: str) -> bool:
    """Tell whether ``text`` is safe in an address and in a file's name."""
    return text[0] not in "-_." and _SLUG_SYMBOLS.issuperset(text)


def _keys(members: Members, name: str) -> tuple[PublicKey, ...]:
    keys = []
    for jwk in members.array(name, least=1, most=MAX_KEYS):
        try:
            key = public_key_from_jwk(jwk) if isinstance(jwk, dict) else None
        except MalformedJose:
            key = None
        if key is None or key.alg != "Ed25519" or key in keys:
            raise members.wrong(name)
        keys.append(key)
    return tuple(keys)


def _salt(members: Members) -> bytes:
    try:
        salt = b64url_decode(members.text("hardware_salt"))
    except MalformedJose:
        raise members.wrong("hardware_salt") from None
    if not 16 <= len(salt) <= 64:
        raise members.wrong("hardware_salt")
    return salt


def may_be_opened(url: str) -> bool:
    """Tell whether ``url`` is a page or a mailbox: a desktop would also start the program that a file is."""
    return url.startswith(("https://", "mailto:")) or (url.startswith("http://") and is_loopback(url))


def _urls(members: Members) -> dict[str, str]:
    urls = members.object_or_none("urls")
    if urls is None:
        return {}
    return {name: _link(urls, name) for name in URL_NAMES if not urls.is_null(name)}


def _link(urls: Members, name: str) -> str:
    """Return an address that a person is sent to: a page, or a mailbox."""
    url = urls.text(name, longest=2000)
    if may_be_opened(url):
        return url
    raise urls.wrong(name)


def _editions(editions: Members) -> dict[str, EditionTerms]:
    slugs = editions.names()
    if len(slugs) > _MAX_EDITIONS:
        raise WrongMember("editions")
    for slug in slugs:
        if not 0 < len(slug) <= 64 or not _is_slug(slug):
            raise editions.wrong(slug)
    return {slug: _terms(editions.object(slug)) for slug in slugs}


def _terms(terms: Members) -> EditionTerms:
    entitlements = terms.object("entitlements")
    names = entitlements.names()
    unactivated = terms.array("unactivated_entitlements", most=_MAX_ENTITLEMENTS)
    if len(names) > _MAX_ENTITLEMENTS or not all(_is_entitlement(each) for each in names):
        raise terms.wrong("entitlements")
    if not all(_is_entitlement(each) for each in unactivated):
        raise terms.wrong("unactivated_entitlements")
    display = {name: entitlements.text(name) for name in names}
    return EditionTerms(terms.text("name"), display, tuple(unactivated))


def _is_entitlement(name: object) -> bool:
    return (
        isinstance(name, str) and 0 < len(name.encode("utf-8")) <= _MAX_ENTITLEMENT_BYTES and is_plain(name)
    )

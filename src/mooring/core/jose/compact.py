"""The compact form of a signed document (JWS, RFC 7515): three parts, the exact bytes kept for the judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mooring.core.jose.encoding import MalformedJose, b64url_decode, b64url_encode, compact_json, strict_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.core.jose.keys import SigningKey

# Each of these lets a document say how it should be judged, or by which key: ours never may (RFC 8725).
_FORBIDDEN = frozenset({"crit", "b64", "jwk", "jku"})


class CompactJws(NamedTuple):
    """A document split into its parts; nothing in it is proven yet, and the payload is not read."""

    header: dict[str, Any]
    payload: bytes
    signing_input: bytes
    signature: bytes


def read_compact(
    text: str, *, limit: int, read_json: Callable[[bytes], dict[str, Any]] = strict_json
) -> CompactJws:
    """Return the parts of ``text``, which may be at most ``limit`` characters long.

    ``read_json`` reads the header, for who has a faster way to do exactly the same.

    Raises:
        MalformedJose: ``too_long``, ``malformed`` (not three parts), ``encoding`` (not canonical
            base64url), ``json`` or ``duplicate_member`` (the header).
    """
    if len(text) > limit:
        raise MalformedJose("too_long")
    parts = text.split(".")
    if len(parts) != 3:
        raise MalformedJose("malformed")
    header, payload, signature = (b64url_decode(part) for part in parts)
    signing_input = text[: text.rindex(".")].encode("ascii")
    return CompactJws(read_json(header), payload, signing_input, signature)


def check_header(header: dict[str, Any], *, typ: str, alg: str, carries_key: bool = False) -> None:
    """Return if a header has exactly this type and algorithm, and nothing that steers its judge.

    ``carries_key`` allows ``jwk``: a device proof brings its own key (RFC 9449).

    Raises:
        MalformedJose: ``typ``, ``alg`` or ``forbidden_header``.
    """
    if header.get("typ") != typ:
        raise MalformedJose("typ")
    if header.get("alg") != alg:
        raise MalformedJose("alg")
    for name in header:
        if (name in _FORBIDDEN and not (carries_key and name == "jwk")) or name.startswith("x5"):
            raise MalformedJose("forbidden_header")


def encode_part(value: dict[str, Any]) -> str:
    """Return a header or payload as a part of a compact document."""
    return b64url_encode(compact_json(value))


def sign_compact(header: dict[str, Any], payload: bytes, key: SigningKey) -> str:
    """Return ``header`` and ``payload`` signed by ``key``; the header must name the key's algorithm."""
    return sign_parts(encode_part(header), payload, key)


def sign_parts(header_part: str, payload: bytes, key: SigningKey) -> str:
    """Return the document of an already encoded header, for who signs many with the same one."""
    signing_input = f"{header_part}.{b64url_encode(payload)}"
    return f"{signing_input}.{b64url_encode(key.sign(signing_input.encode('ascii')))}"

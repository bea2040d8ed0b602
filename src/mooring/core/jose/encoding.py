"""Text that may be signed: base64url and JSON, read strictly so that one meaning has one spelling."""

from __future__ import annotations

from binascii import Error as _BinasciiError
from binascii import a2b_base64, b2a_base64
from json import JSONDecoder, JSONEncoder
from math import isfinite
from typing import Any, NoReturn

MAX_DEPTH = 16
"""How deep objects and arrays may nest: our deepest document uses six levels."""

_TO_URL = bytes.maketrans(b"+/", b"-_")
# To the alphabet that the decoder knows; what only that one has becomes a symbol that no alphabet has.
_FROM_URL = bytes.maketrans(b"-_+/=", b"+/...")
_CANONICAL_ENDS = {2: frozenset(b"AQgw"), 3: frozenset(b"AEIMQUYcgkosw048")}
"""By the symbols in the last group, those at its end whose bits that stand for nothing are zero."""


class MalformedJose(ValueError):
    """A signed document, or a part of one, is not written as it must be.

    Attributes:
        why: a stable slug for what is wrong, such as ``encoding`` or ``duplicate_member``.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def b64url_encode(data: bytes) -> str:
    """Return ``data`` as base64url without padding (RFC 7515, appendix C)."""
    return b2a_base64(data, newline=False).rstrip(b"=").translate(_TO_URL).decode("ascii")


def b64url_decode(text: str | bytes) -> bytes:
    """Return the bytes that ``text`` stands for, if it is their one canonical spelling.

    Padding, line breaks, the other base64 alphabet and stray trailing bits are refused: a signature must
    not have two spellings, or a replay would not be recognized as one.

    Raises:
        MalformedJose: ``encoding``.
    """
    try:
        given = text.encode("ascii") if isinstance(text, str) else text
        data = a2b_base64(given.translate(_FROM_URL) + b"=" * (-len(given) % 4), strict_mode=True)
    except (UnicodeEncodeError, _BinasciiError):
        raise MalformedJose("encoding") from None
    ends = _CANONICAL_ENDS.get(len(given) % 4)
    if ends is not None and given[-1] not in ends:
        raise MalformedJose("encoding")
    return data


def strict_json(data: bytes) -> dict[str, Any]:
    """Return the JSON object that ``data`` holds.

    Refused: anything but one object, text that is not UTF-8, a member given twice, numbers that are not
    finite, half a surrogate pair, and nesting deeper than ``MAX_DEPTH``.

    Raises:
        MalformedJose: ``json`` or ``duplicate_member``.
    """
    try:
        value = _decode(data.decode("utf-8"))
    except MalformedJose:
        raise
    except (ValueError, RecursionError):
        raise MalformedJose("json") from None
    if not isinstance(value, dict):
        raise MalformedJose("json")
    # Only many brackets can nest deep, and only an escape can hide half a surrogate pair: most documents
    # have neither, and are not walked again.
    if data.count(b"{") + data.count(b"[") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        raise MalformedJose("json")
    if b"\\u" in data and not _is_text(value):
        raise MalformedJose("json")
    return value


def compact_json(value: dict[str, Any]) -> bytes:
    """Return ``value`` as JSON without white space, in UTF-8."""
    return _encode(value).encode("utf-8")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedJose("duplicate_member")
    return members


def _finite(digits: str) -> float:
    number = float(digits)
    if not isfinite(number):
        raise MalformedJose("json")
    return number


def _no_constant(name: str) -> NoReturn:
    raise MalformedJose("json")


def _depth(value: object) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        item, level = waiting.pop()
        if isinstance(item, dict):
            item = list(item.values())
        if isinstance(item, list):
            deepest = max(deepest, level)
            waiting.extend((inner, level + 1) for inner in item)
    return deepest


def _is_text(value: dict[str, Any]) -> bool:
    try:
        _encode(value).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_decode = JSONDecoder(object_pairs_hook=_once, parse_float=_finite, parse_constant=_no_constant).decode

"""Status lists: which certificates were taken back, two bits each (IETF Token Status List)."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from mooring.core.certificate.chain import Trust, verify_chain
from mooring.core.certificate.kinds import INVALID, STATUS_LIST_LIMIT, STATUS_LIST_TYPE, SUSPENDED, VALID
from mooring.core.certificate.statement import Untrusted
from mooring.core.instants import to_seconds
from mooring.core.jose.encoding import MalformedJose, b64url_decode, b64url_encode
from mooring.core.jose.members import Members, WrongMember

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.certificate.issue import IssuingKey

__all__ = [
    "INVALID",
    "MAX_ENTRIES",
    "SUSPENDED",
    "VALID",
    "StatusList",
    "encode_status_list",
    "verify_status_list",
]

MAX_ENTRIES: Final = 131_072
"""How many certificates one list speaks of: it then takes at most 32 KiB in memory."""

_BITS = 2
_MAX_BYTES = MAX_ENTRIES * _BITS // 8


class StatusList(NamedTuple):
    """A list that its publisher signed; ``packed`` holds four entries a byte, the lowest bits first."""

    uri: str
    issued_at: datetime
    expires_at: datetime
    ttl: int
    packed: bytes

    def get(self, index: int) -> int:
        """Return the status of an entry; one that the list does not reach was not taken back."""
        byte, place = divmod(index, 4)
        if not 0 <= byte < len(self.packed):
            return VALID
        return self.packed[byte] >> _BITS * place & 0b11


def encode_status_list(
    statuses: bytes, key: IssuingKey, *, uri: str, issued_at: datetime, expires_at: datetime, ttl: int
) -> str:
    """Return the signed list of ``statuses``, one byte (0 to 3) an entry.

    Args:
        statuses: at most ``MAX_ENTRIES`` of them.
        key: one whose statement allows ``status_list``.
        uri: the address under which certificates name this list.
        issued_at: the time at which the statuses were read.
        expires_at: after it, the list proves nothing when it comes over the network.
        ttl: the seconds for which a copy may be used before asking again.

    Raises:
        ValueError: too many entries, or not one of 0 to 3, or the key may not sign this.
    """
    if len(statuses) > MAX_ENTRIES or statuses.translate(None, b"\0\1\2\3"):
        raise ValueError(f"a status list has at most {MAX_ENTRIES} entries of 0 to 3")
    if key.statement.use != "status_list":
        raise ValueError("this key may not sign status lists")
    claims = {
        "sub": uri,
        "iat": to_seconds(issued_at),
        "exp": to_seconds(expires_at),
        "ttl": ttl,
        "status_list": {"bits": _BITS, "lst": b64url_encode(zlib.compress(_pack(statuses), 9))},
    }
    return key.sign(claims, issued_at=issued_at, expires_at=expires_at)


def verify_status_list(
    token: str,
    trust: Trust,
    *,
    uri: str,
    at: datetime | None,
    not_older_than: datetime | None = None,
) -> StatusList:
    """Return the list that ``token`` proves.

    Args:
        token: the answer of the server, or a copy of one.
        trust: whom the program believes.
        uri: the address of the list wanted.
        at: the time now, for a list that comes over the network. None for the copy that a computer keeps:
            what it says of a certificate stays true, so going offline brings nothing back.
        not_older_than: the ``issued_at`` of the copy held: an older list is a replay.

    Raises:
        Untrusted: with ``why``, any of ``verify_chain``, ``claim_<name>``, ``times``,
            ``statement_window``, ``uri``, ``older``, ``expired``, ``list`` (does not unpack, or to more
            than ``MAX_ENTRIES``).
    """
    claims, statement = verify_chain(
        token, trust, typ=STATUS_LIST_TYPE, use="status_list", limit=STATUS_LIST_LIMIT
    )
    members = Members(claims)
    try:
        issued_at, expires_at = members.seconds("iat"), members.seconds("exp")
        subject, ttl = members.text("sub", longest=2000), members.number("ttl", least=1)
        inner = members.object("status_list")
        inner.number("bits", least=_BITS, most=_BITS)
        packed = inner.text("lst", longest=STATUS_LIST_LIMIT)
    except WrongMember as error:
        raise Untrusted(f"claim_{error.member}") from None
    if issued_at >= expires_at:
        raise Untrusted("times")
    if not statement.covers(issued_at, expires_at):
        raise Untrusted("statement_window")
    if subject != uri:
        raise Untrusted("uri")
    if not_older_than is not None and issued_at < not_older_than:
        raise Untrusted("older")
    if at is not None and at >= expires_at:
        raise Untrusted("expired")
    return StatusList(subject, issued_at, expires_at, ttl, _inflate(packed))


def _pack(statuses: bytes) -> bytes:
    """Return four entries a byte: each fourth of the entries is one long number, and no digit carries."""
    padded = statuses + bytes(-len(statuses) % 4)
    packed = 0
    for place in range(4):
        packed |= int.from_bytes(padded[place::4], "big") << _BITS * place
    return packed.to_bytes(len(padded) // 4, "big")


def _inflate(text: str) -> bytes:
    """Return the unpacked list, and never more than the longest: a small text can unpack to gigabytes."""
    stream = zlib.decompressobj()
    try:
        packed = stream.decompress(b64url_decode(text), _MAX_BYTES + 1)
    except (MalformedJose, zlib.error):
        raise Untrusted("list") from None
    if not stream.eof or stream.unused_data or len(packed) > _MAX_BYTES:
        raise Untrusted("list")
    return packed

"""The key statement: a root key's word that another key may sign certificates or status lists for a while.

A program pins only roots, so issuing keys change without an update, and a device that is offline can judge
a key it never saw.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mooring.core.instants import to_seconds
from mooring.core.jose.compact import CompactJws, check_header, read_compact, sign_compact
from mooring.core.jose.encoding import MalformedJose, compact_json, strict_json
from mooring.core.jose.keys import BadSignature, PublicKey, public_key_from_jwk
from mooring.core.jose.members import Members, WrongMember

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mooring.core.jose.keys import SigningKey

TYPE = "mooring-key-statement+jwt"
VERSION = 1
MAX_LENGTH = 4096
"""How many characters a statement may have; ours have about 900."""

Use = Literal["certificate", "status_list"]


class Untrusted(Exception):
    """A signed document is not to be believed; ``why`` names the first check that failed."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class KeyStatement(NamedTuple):
    """What a root key says of an issuing key."""

    issuer: str
    key: PublicKey
    use: str
    not_before: datetime
    sign_until: datetime
    expires_at: datetime
    epoch: int
    min_epoch: int

    @property
    def kid(self) -> str:
        """The issuing key's thumbprint, by which documents name it."""
        return self.key.thumbprint

    def covers(self, issued_at: datetime, expires_at: datetime) -> bool:
        """Tell whether the key might sign a document of these times."""
        return self.not_before <= issued_at <= self.sign_until and expires_at <= self.expires_at


def state_key(
    root: SigningKey,
    *,
    issuer: str,
    public_jwk: Mapping[str, Any],
    use: Use,
    not_before: datetime,
    sign_until: datetime,
    expires_at: datetime,
    epoch: int,
    min_epoch: int,
) -> str:
    """Return the root's statement on a key.

    Args:
        root: one of the keys that the publisher's programs pin.
        issuer: the publisher, for whom alone the key may sign.
        public_jwk: the stated key, Ed25519.
        use: what it may sign.
        not_before: the earliest time at which a document may say it was issued.
        sign_until: the latest such time.
        expires_at: the time at which every document it signed has ended.
        epoch: counts up with every stolen or retired generation of keys.
        min_epoch: the lowest epoch that devices shall still believe, once they saw this statement.

    Raises:
        MalformedJose: ``public_jwk`` is not a public key.
        ValueError: the result would be refused: times or epochs out of order, or not an Ed25519 key.
    """
    key = public_key_from_jwk(public_jwk)
    claims = {
        "ver": VERSION,
        "iss": issuer,
        "kid": key.thumbprint,
        "jwk": key.jwk,
        "alg": key.alg,
        "use": use,
        "nbf": to_seconds(not_before),
        "sign_until": to_seconds(sign_until),
        "exp": to_seconds(expires_at),
        "epoch": epoch,
        "min_epoch": min_epoch,
    }
    try:
        _read_claims(claims)
    except Untrusted as error:
        raise ValueError(f"such a statement would be refused: {error.why}") from None
    return sign_compact(
        {"typ": TYPE, "alg": root.alg, "kid": root.public.thumbprint}, compact_json(claims), root
    )


def verify_statement(
    text: str, *, roots: tuple[PublicKey, ...], issuer: str, use: Use, min_epoch: int = 0
) -> KeyStatement:
    """Return what the statement ``text`` says, if one of ``roots`` says it.

    ``min_epoch`` is the highest that this program was ever told.

    Raises:
        Untrusted: with ``why``, the first of these that fails: ``statement_too_long``,
            ``statement_malformed``, ``statement_encoding``, ``statement_json``,
            ``statement_duplicate_member``, ``statement_typ``, ``statement_alg``,
            ``statement_forbidden_header``, ``statement_root`` (no pinned key has this ``kid``),
            ``statement_signature``, ``statement_version``, ``statement_claim_<name>``, ``statement_key``,
            ``statement_times``, ``statement_epoch``, ``statement_issuer``, ``statement_use``.
    """
    statement = _verified(text, roots)
    if statement.issuer != issuer:
        raise Untrusted("statement_issuer")
    if statement.use != use:
        raise Untrusted("statement_use")
    if statement.epoch < min_epoch:
        raise Untrusted("statement_epoch")
    return statement


def unsafe_read_statement(text: str) -> KeyStatement:
    """Return what ``text`` says without asking who signed it: for the publisher's own store of keys only.

    Raises:
        Untrusted: it is not a statement.
    """
    try:
        return _read_claims(strict_json(read_compact(text, limit=MAX_LENGTH).payload))
    except MalformedJose as error:
        raise Untrusted(f"statement_{error.why}") from None


# Many certificates carry the same statement. Only statements that hold are kept, by their exact text and the
# exact roots; whether they are for this issuer, use, epoch and time is asked every time.
@lru_cache(maxsize=64)
def _verified(text: str, roots: tuple[PublicKey, ...]) -> KeyStatement:
    try:
        jws = read_compact(text, limit=MAX_LENGTH)
        root = _root_of(jws, roots)
        check_header(jws.header, typ=TYPE, alg=root.alg)
        root.verify(jws.signature, jws.signing_input)
        claims = strict_json(jws.payload)
    except MalformedJose as error:
        raise Untrusted(f"statement_{error.why}") from None
    except BadSignature:
        raise Untrusted("statement_signature") from None
    return _read_claims(claims)


def _root_of(jws: CompactJws, roots: tuple[PublicKey, ...]) -> PublicKey:
    kid = jws.header.get("kid")
    for root in roots:
        if root.thumbprint == kid:
            return root
    raise Untrusted("statement_root")


def _read_claims(claims: dict[str, Any]) -> KeyStatement:
    members = Members(claims)
    try:
        if members.number("ver") != VERSION:
            raise Untrusted("statement_version")
        statement = KeyStatement(
            issuer=members.text("iss"),
            key=_stated_key(members),
            use=members.text("use"),
            not_before=members.seconds("nbf"),
            sign_until=members.seconds("sign_until"),
            expires_at=members.seconds("exp"),
            epoch=members.number("epoch"),
            min_epoch=members.number("min_epoch"),
        )
    except WrongMember as error:
        raise Untrusted(f"statement_claim_{error.member}") from None
    if not statement.not_before <= statement.sign_until <= statement.expires_at:
        raise Untrusted("statement_times")
    if statement.epoch < statement.min_epoch:
        raise Untrusted("statement_epoch")
    return statement


def _stated_key(claims: Members) -> PublicKey:
    """Return the stated key, whose three descriptions (``jwk``, ``kid``, ``alg``) must agree."""
    claims.object("jwk")
    try:
        key = public_key_from_jwk(claims.raw("jwk"))
    except MalformedJose:
        raise Untrusted("statement_key") from None
    if claims.text("kid") != key.thumbprint or claims.text("alg") != key.alg or key.alg != "Ed25519":
        raise Untrusted("statement_key")
    return key

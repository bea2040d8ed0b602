"""Judging a device proof: that the installation's key signed exactly this request, just now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mooring.core.instants import from_seconds, to_seconds
from mooring.core.jose.compact import CompactJws, check_header, read_compact
from mooring.core.jose.encoding import MalformedJose, strict_json
from mooring.core.jose.keys import BadSignature, PublicKey, public_key_from_jwk
from mooring.core.proof.address import normalize_address
from mooring.core.proof.claims import MAX_JTI, MAX_LENGTH, MAX_NONCE, TYPE, digest_claim
from mooring.core.refusals import DeviceProofInvalid

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

WINDOW = 300
"""How many seconds a proof without a server's nonce may lie from the server's time, either way."""

_NO_BODY = digest_claim(b"")


class VerifiedProof(NamedTuple):
    """A proof whose signature and claims hold.

    Two things are left to whoever keeps state: that ``nonce``, where there is one, is one it gave out
    lately (``issued_at`` was then not judged: a computer with a wrong clock may still speak), and that
    ``jti`` was not used before.
    """

    public_key: PublicKey
    jkt: str
    jti: str
    issued_at: datetime
    nonce: str | None


def verify_proof(
    text: str,
    *,
    method: str,
    url: str,
    body: bytes | None,
    access_token: str | None = None,
    read_json: Callable[[bytes], dict[str, Any]] = strict_json,
    at: datetime,
) -> VerifiedProof:
    """Return what the proof ``text`` proves about one request.

    Args:
        text: the value of the one ``DPoP`` header.
        method: the request's method.
        url: the address it was sent to, as the server is known to the public.
        body: the exact bytes received; none and empty are the same.
        access_token: the token that came with it, if any.
        read_json: what reads its parts, for who has a faster way to do exactly the same.
        at: the server's time.

    Raises:
        DeviceProofInvalid: with ``why``, the first of these that fails, in this order: ``too_long``,
            ``malformed``, ``encoding``, ``json``, ``duplicate_member``, ``typ``, ``alg``,
            ``forbidden_header``, ``jwk``, ``signature``, then the claims ``jti``, ``nonce``, ``htm``,
            ``htu``, ``iat``, ``ath``, ``body_hash``.
    """
    try:
        jws = read_compact(text, limit=MAX_LENGTH, read_json=read_json)
        key = _signer(jws)
        claims = read_json(jws.payload)
    except MalformedJose as error:
        raise DeviceProofInvalid(error.why) from None
    except BadSignature:
        raise DeviceProofInvalid("signature") from None

    jti = _token(claims, "jti", MAX_JTI)
    nonce = _token(claims, "nonce", MAX_NONCE) if "nonce" in claims else None
    if claims.get("htm") != method:
        raise DeviceProofInvalid("htm")
    if not _same_address(claims.get("htu"), url):
        raise DeviceProofInvalid("htu")
    issued_at = claims.get("iat")
    if type(issued_at) is not int or not 0 <= issued_at < 2**37:
        raise DeviceProofInvalid("iat")
    if nonce is None and abs(issued_at - to_seconds(at)) > WINDOW:
        raise DeviceProofInvalid("iat")
    if claims.get("ath") != (None if access_token is None else digest_claim(access_token.encode("utf-8"))):
        raise DeviceProofInvalid("ath")
    # A claim without a body is refused as well: the body was lost on its way.
    if claims.get("body_hash", _NO_BODY) != (digest_claim(body) if body else _NO_BODY):
        raise DeviceProofInvalid("body_hash")
    return VerifiedProof(key, key.thumbprint, jti, from_seconds(issued_at), nonce)


def _signer(jws: CompactJws) -> PublicKey:
    """Return the key in the header, once it has verified the signature."""
    check_header(jws.header, typ=TYPE, alg="ES256", carries_key=True)
    jwk = jws.header.get("jwk")
    if not isinstance(jwk, dict):
        raise MalformedJose("jwk")
    key = public_key_from_jwk(jwk)
    if key.alg != "ES256":
        raise MalformedJose("jwk")
    key.verify(jws.signature, jws.signing_input)
    return key


def _token(claims: dict[str, Any], name: str, longest: int) -> str:
    """Return a claim of visible ASCII: it may reach logs, headers and tables."""
    value = claims.get(name)
    if (
        isinstance(value, str)
        and 0 < len(value) <= longest
        and value.isascii()
        and value.isprintable()
        and " " not in value
    ):
        return value
    raise DeviceProofInvalid(name)


def _same_address(htu: object, url: str) -> bool:
    if not isinstance(htu, str):
        return False
    try:
        return htu == url or normalize_address(htu) == normalize_address(url)
    except ValueError:
        return False

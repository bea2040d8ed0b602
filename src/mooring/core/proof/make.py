"""Making a device proof."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from mooring.core.instants import to_seconds
from mooring.core.jose.compact import sign_compact
from mooring.core.jose.encoding import b64url_encode, compact_json
from mooring.core.proof.address import normalize_address
from mooring.core.proof.claims import TYPE, digest_claim

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.jose.keys import SigningKey


def make_proof(
    key: SigningKey,
    *,
    method: str,
    url: str,
    at: datetime,
    nonce: str | None = None,
    body: bytes | None = None,
    access_token: str | None = None,
) -> str:
    """Return the ``DPoP`` header (RFC 9449) of one request, to be sent once.

    Args:
        key: the installation's ES256 key.
        method: the request's method, in capitals.
        url: its address; query and fragment are left out.
        at: the time of this computer.
        nonce: the latest one that the server gave, if any.
        body: the exact bytes sent; none and empty are the same.
        access_token: the token sent with it, if any.

    Raises:
        ValueError: ``key`` is of another algorithm, or ``url`` is not an http address.
    """
    if key.alg != "ES256":
        raise ValueError("a device proof is signed with ES256")
    claims: dict[str, Any] = {
        "jti": b64url_encode(os.urandom(16)),
        "htm": method,
        "htu": normalize_address(url),
        "iat": to_seconds(at),
    }
    if nonce is not None:
        claims["nonce"] = nonce
    if access_token is not None:
        claims["ath"] = digest_claim(access_token.encode("ascii"))
    if body:
        claims["body_hash"] = digest_claim(body)
    return sign_compact({"typ": TYPE, "alg": key.alg, "jwk": key.public.jwk}, compact_json(claims), key)

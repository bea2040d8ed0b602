"""The signature of a provider's token: judged by joserfc, with the one key that our rules chose."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import import_key

from mooring.server.identity.domain.federation.id_token import LONGEST
from mooring.server.identity.domain.federation.refusals import TokenRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.server.identity.domain.federation.id_token import ProviderKey
    from mooring.server.identity.integrations.key_set import KeySet


class Signed(NamedTuple):
    """What a token says whose signature is good; nothing of it has been judged yet."""

    claims: Mapping[str, object]
    key: ProviderKey
    algorithm: str


async def signed_claims(token: str, keys: KeySet, address: str) -> Signed:
    """Return what ``token`` says, signed by one of the keys at ``address``.

    Raises:
        ProviderUnavailable: there are no keys to be had.
        TokenRefused: ``malformed``, ``header``, ``algorithm``, ``key`` or ``signature``.
    """
    if len(token) > LONGEST:
        raise TokenRefused("malformed")
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError):  # not ASCII, not three parts, not base64url, not JSON
        raise TokenRefused("malformed") from None
    key = await keys.key_for(header, address)
    algorithm = str(header["alg"])
    return Signed(_verified(token, algorithm, key), key, algorithm)


def _verified(token: str, algorithm: str, key: ProviderKey) -> Mapping[str, object]:
    """Return the claims of a token whose signature by ``key`` is good."""
    public: dict[str, str | list[str]] = {
        name: str(key.jwk[name]) for name in ("kty", "crv", "n", "e", "x", "y") if name in key.jwk
    }
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    try:
        with warnings.catch_warnings(action="ignore"):  # EdDSA is an old name, and providers use it
            payload = jws.deserialize_compact(token, import_key(public), registry=registry).payload
        claims = msgspec.json.decode(payload)
    except (JoseError, ValueError, RecursionError):
        raise TokenRefused("signature") from None
    if not isinstance(claims, dict):
        raise TokenRefused("malformed")
    return claims

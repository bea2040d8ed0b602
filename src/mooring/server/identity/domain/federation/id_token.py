"""Judging an ID token: our own rules, each of which stops an attack (OpenID Connect Core, 3.1.3.7).

The order is: the header's algorithm and key, the signature (which is not ours to compute), then the claims.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from mooring.server.identity.domain.federation.person import LONGEST_NAME, Person, shown_text
from mooring.server.identity.domain.federation.refusals import TokenRefused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mooring.server.identity.domain.federation.issuers import IssuerRule

SKEW: Final = timedelta(minutes=2)
"""How far a provider's clock may be from ours."""
LONGEST: Final = 16 * 1024
"""Characters of a token that is worth reading."""
_LONGEST_SESSION: Final = 255

# What a key of each kind may sign with. No key is ever used as a shared secret (HS256), and nothing goes
# unsigned (none): the key's own kind decides, not the header.
_ALGORITHMS: Final[Mapping[tuple[str, str | None], frozenset[str]]] = MappingProxyType(
    {
        ("RSA", None): frozenset({"RS256", "PS256"}),
        ("EC", "P-256"): frozenset({"ES256"}),
        ("OKP", "Ed25519"): frozenset({"EdDSA", "Ed25519"}),
    }
)
_DIGESTS: Final = MappingProxyType({"EdDSA": hashlib.sha512, "Ed25519": hashlib.sha512})


class ProviderKey(NamedTuple):
    """A key by which a provider signs, as its key set tells (RFC 7517)."""

    jwk: Mapping[str, object]

    @property
    def issuer(self) -> str | None:
        """For whom it may sign, where the key set limits it."""
        told = self.jwk.get("issuer")
        return told if isinstance(told, str) else None

    def may_sign_with(self, algorithm: str) -> bool:
        """Tell whether its kind, its use and its own word allow this algorithm."""
        kind, curve = self.jwk.get("kty"), self.jwk.get("crv")
        allowed = _ALGORITHMS.get((str(kind), None if kind == "RSA" else str(curve)), frozenset())
        named = self.jwk.get("alg")
        return (
            algorithm in allowed
            and self.jwk.get("use") in {None, "sig"}
            and (named is None or named == algorithm or {named, algorithm} == {"EdDSA", "Ed25519"})
        )


class Expected(NamedTuple):
    """What a token must answer to be ours."""

    client_id: str
    nonce: str
    access_token: str | None


def choose_key(header: Mapping[str, object], keys: Sequence[ProviderKey]) -> ProviderKey | None:
    """Return the key by which a token with this header is signed; None if it is not among ``keys``.

    Raises:
        TokenRefused: ``header``, ``algorithm`` or ``key``: no key of this set, or of any, could make it good.
    """
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or not any(algorithm in each for each in _ALGORITHMS.values()):
        raise TokenRefused("algorithm")
    if {"crit", "b64", "jwk", "jku", "x5c", "x5u"} & header.keys() or not isinstance(kid, str | None):
        raise TokenRefused("header")
    if kid is None and len(keys) > 1:  # only a set with one key need not be told which (Core, 10.1)
        raise TokenRefused("key")
    named = [key for key in keys if kid is None or key.jwk.get("kid") == kid]
    if not named:
        return None
    fitting = [key for key in named if key.may_sign_with(algorithm)]
    if not fitting:
        raise TokenRefused("algorithm")
    return fitting[0]


def judge_claims(
    claims: Mapping[str, object],
    *,
    algorithm: str,
    key: ProviderKey,
    issuers: IssuerRule,
    expected: Expected,
    at: datetime,
) -> Person:
    """Return who the ``claims`` of a token are about, whose signature by ``key`` was found good.

    Raises:
        TokenRefused: they are not believed; ``why`` is ``issuer``, ``tenant``, ``key_issuer``, ``audience``,
            ``nonce``, ``expired``, ``future``, ``access_token`` or ``subject``.
    """
    issuers.check(claims, key.issuer)
    check_audience(claims, expected.client_id)
    _check_nonce(claims, expected.nonce)
    check_times(claims, at=at)
    _check_access_token(claims, expected.access_token, algorithm)
    subject, provider_sub = issuers.subject(claims)
    proved = claimed_instant(claims, "auth_time")
    # A work account's mail address is whatever its administrator wrote; the name to sign in with is theirs.
    told = ("preferred_username", "email") if provider_sub is not None else ("email", "preferred_username")
    hints = (shown_text(claims.get(claim)) for claim in told)
    return Person(
        issuer=str(claims["iss"]),
        subject=subject,
        provider_sub=provider_sub,
        provider_session=claimed_session(claims),
        proved_at=None if proved is None else min(proved, at),
        hint=next((hint for hint in hints if hint), None),
        name=shown_text(claims.get("name"), LONGEST_NAME),
    )


def claimed_session(claims: Mapping[str, object]) -> str | None:
    """Return the session at the provider that ``claims`` name, if they name one that can be kept."""
    told = claims.get("sid")
    good = isinstance(told, str) and 0 < len(told) <= _LONGEST_SESSION and told.isascii()
    return told if isinstance(told, str) and good else None


def check_audience(claims: Mapping[str, object], client_id: str) -> None:
    """Return only if ``claims`` are for us, and were asked for by us (rules 3 to 5).

    Raises:
        TokenRefused: ``audience``.
    """
    told, party = claims.get("aud"), claims.get("azp")
    audiences = told if isinstance(told, list) else [told]
    if client_id not in audiences or party not in {None, client_id}:
        raise TokenRefused("audience")
    if len(audiences) > 1 and party is None:
        raise TokenRefused("audience")


def _check_nonce(claims: Mapping[str, object], nonce: str) -> None:
    """Does it answer the sign-in that this browser began (rule 11)?"""
    told = claims.get("nonce")
    if not isinstance(told, str) or not hmac.compare_digest(told.encode(errors="replace"), nonce.encode()):
        raise TokenRefused("nonce")


def check_times(claims: Mapping[str, object], *, at: datetime) -> None:
    """Return only if ``claims`` are good now (rules 9 and 10).

    Raises:
        TokenRefused: ``expired`` or ``future``.
    """
    ends, issued = claimed_instant(claims, "exp"), claimed_instant(claims, "iat")
    if ends is None or at >= ends + SKEW:
        raise TokenRefused("expired")
    if issued is None or max(issued, claimed_instant(claims, "nbf") or issued) > at + SKEW:
        raise TokenRefused("future")


def _check_access_token(claims: Mapping[str, object], access_token: str | None, algorithm: str) -> None:
    """Did it come with this access token (3.1.3.8)? Only where it says so."""
    told = claims.get("at_hash")
    if told is None or access_token is None:
        return
    digest = _DIGESTS.get(algorithm, hashlib.sha256)(access_token.encode()).digest()
    if told != urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode():
        raise TokenRefused("access_token")


def claimed_instant(claims: Mapping[str, object], name: str) -> datetime | None:
    """Return the time that ``claims`` tell under ``name``; none where it is no time."""
    told = claims.get(name)
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    try:
        return datetime.fromtimestamp(int(told), UTC)
    except (OverflowError, ValueError, OSError):
        return None

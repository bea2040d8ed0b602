"""Keys that sign and keys that judge signatures: Ed25519 here, ES256 fetched when first needed.

The elliptic-curve module takes 8 ms to import and PEM support 45 ms; a program that only looks at its
certificate needs neither, so both are imported where they are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mooring.core.jose.digest import sha256
from mooring.core.jose.encoding import MalformedJose, b64url_decode, b64url_encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

Algorithm = Literal["Ed25519", "ES256"]
"""The two algorithms of Mooring: Ed25519 (RFC 9864) for the publisher, ES256 (RFC 7518) for installations."""


class BadSignature(Exception):
    """The signature was not made over these bytes by the private half of this key."""


class PublicKey:
    """The public half of a key pair; equal to another of the same key, and hashable."""

    __slots__ = ("_members", "_thumbprint")
    alg: ClassVar[Algorithm]

    def __init__(self, members: tuple[tuple[str, str], ...]) -> None:
        self._members = members
        self._thumbprint: str | None = None

    @property
    def jwk(self) -> dict[str, str]:
        """The key as a JSON Web Key (RFC 7517): exactly the members that make it up."""
        return dict(self._members)

    @property
    def thumbprint(self) -> str:
        """The key's RFC 7638 thumbprint: base64url of a SHA-256 digest, 43 characters."""
        if self._thumbprint is None:
            self._thumbprint = _thumbprint(self._members)
        return self._thumbprint

    def verify(self, signature: bytes, message: bytes) -> None:
        """Return if ``signature`` is this key's over exactly ``message``.

        Raises:
            BadSignature: it is not.
        """
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and self._members == other._members

    def __hash__(self) -> int:
        return hash(self._members)

    def __repr__(self) -> str:
        return f"<PublicKey {self.alg} {self.thumbprint}>"


class SigningKey:
    """A key pair; its private half never reaches ``repr``."""

    __slots__ = ()
    alg: ClassVar[Algorithm]

    @staticmethod
    def generate(alg: Algorithm) -> SigningKey:
        """Return a fresh key pair from the operating system's generator."""
        if alg == "Ed25519":
            return Ed25519Signer(Ed25519PrivateKey.generate())
        from mooring.core.jose.es256 import generate_es256  # noqa: PLC0415

        return generate_es256()

    @staticmethod
    def from_jwk(jwk: Mapping[str, Any]) -> SigningKey:
        """Return the key pair of a private JSON Web Key.

        Raises:
            MalformedJose: ``jwk``: not a private key of ours, or its halves do not belong together.
        """
        public = public_key_from_jwk({name: value for name, value in jwk.items() if name != "d"})
        secret = _octets(jwk, "d")
        key: SigningKey
        if public.alg == "Ed25519":
            key = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(secret))
        else:
            from mooring.core.jose.es256 import es256_from_secret  # noqa: PLC0415

            key = es256_from_secret(secret)
        if key.public != public:
            raise MalformedJose("jwk")
        return key

    @staticmethod
    def from_pem(pem: bytes) -> SigningKey:
        """Return the key pair of an unencrypted private key in PEM (PKCS #8).

        Raises:
            ValueError: it is not one, or neither Ed25519 nor P-256.
        """
        from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

        key = load_pem_private_key(pem, password=None)
        if isinstance(key, Ed25519PrivateKey):
            return Ed25519Signer(key)
        from mooring.core.jose.es256 import es256_from_key  # noqa: PLC0415

        return es256_from_key(key)

    def to_pem(self) -> bytes:
        """Return the key pair as an unencrypted private key in PEM (PKCS #8): a secret."""
        raise NotImplementedError

    def to_jwk(self) -> dict[str, str]:
        """Return the key pair as a private JSON Web Key: a secret."""
        raise NotImplementedError

    @property
    def public(self) -> PublicKey:
        """The public half."""
        raise NotImplementedError

    def sign(self, message: bytes) -> bytes:
        """Return this key's signature over ``message``: 64 bytes, as JWS has them."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<SigningKey {self.alg} {self.public.thumbprint}>"


class Ed25519Verifier(PublicKey):
    """An Ed25519 public key (RFC 8032, RFC 8037)."""

    __slots__ = ("_key",)
    alg: ClassVar[Algorithm] = "Ed25519"

    def __init__(self, key: Ed25519PublicKey, x: str) -> None:
        super().__init__((("crv", "Ed25519"), ("kty", "OKP"), ("x", x)))
        self._key = key

    def verify(self, signature: bytes, message: bytes) -> None:
        """Return if ``signature`` is this key's over exactly ``message``, else raise BadSignature."""
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            raise BadSignature from None


class Ed25519Signer(SigningKey):
    """An Ed25519 key pair."""

    __slots__ = ("_key", "_public")
    alg: ClassVar[Algorithm] = "Ed25519"

    def __init__(self, key: Ed25519PrivateKey) -> None:
        public = key.public_key()
        self._key = key
        self._public = Ed25519Verifier(public, b64url_encode(public.public_bytes_raw()))

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Return this key's signature over ``message``: 64 bytes."""
        return self._key.sign(message)

    def to_jwk(self) -> dict[str, str]:
        """Return the key pair as a private JSON Web Key: a secret."""
        return {**self._public.jwk, "d": b64url_encode(self._key.private_bytes_raw())}

    def to_pem(self) -> bytes:
        """Return the key pair as an unencrypted private key in PEM (PKCS #8): a secret."""
        return private_pem(self._key)


def public_key_from_jwk(jwk: Mapping[str, Any]) -> PublicKey:
    """Return the public key that ``jwk`` describes; members that do not make it up are ignored.

    Raises:
        MalformedJose: ``jwk``: another kind of key, not on its curve, or holding a private half.
    """
    members, coordinates = _public_members(jwk)
    if len(coordinates) == 1:
        return Ed25519Verifier(Ed25519PublicKey.from_public_bytes(coordinates[0]), jwk["x"])
    from mooring.core.jose.es256 import Es256Verifier  # noqa: PLC0415

    return Es256Verifier(members, *coordinates)


def jwk_thumbprint(jwk: Mapping[str, Any]) -> str:
    """Return the RFC 7638 thumbprint of a public key without loading the key.

    Raises:
        MalformedJose: ``jwk``: not a public key of a kind we use.
    """
    return _thumbprint(_public_members(jwk)[0])


def private_pem(key: Ed25519PrivateKey | EllipticCurvePrivateKey) -> bytes:
    """Return a private key of ``cryptography`` as unencrypted PKCS #8 in PEM: a secret."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_members(jwk: Mapping[str, Any]) -> tuple[tuple[tuple[str, str], ...], list[bytes]]:
    """Return the members that RFC 7638 hashes, in its order, and the bytes of the coordinates among them."""
    if "d" in jwk:  # whoever sends a private key has lost it
        raise MalformedJose("jwk")
    kind = (jwk.get("kty"), jwk.get("crv"))
    if kind == ("OKP", "Ed25519"):
        names: tuple[str, ...] = ("crv", "kty", "x")
    elif kind == ("EC", "P-256"):
        names = ("crv", "kty", "x", "y")
    else:
        raise MalformedJose("jwk")
    coordinates = [_octets(jwk, name) for name in names[2:]]
    return tuple([(name, jwk[name]) for name in names]), coordinates


def _octets(jwk: Mapping[str, Any], name: str) -> bytes:
    """Return the 32 bytes of a coordinate or of the private half (RFC 7518 §6.2: leading zeros kept)."""
    text = jwk.get(name)
    if not isinstance(text, str) or len(text) != 43:
        raise MalformedJose("jwk")
    try:
        return b64url_decode(text)
    except MalformedJose:
        raise MalformedJose("jwk") from None


def _thumbprint(members: tuple[tuple[str, str], ...]) -> str:
    # Every value is a registered name or base64url: nothing in it needs escaping in JSON.
    inner = ",".join([f'"{name}":"{value}"' for name, value in members])
    return b64url_encode(sha256(f"{{{inner}}}".encode("ascii")))

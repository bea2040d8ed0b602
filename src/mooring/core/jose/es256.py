"""ES256 (RFC 7518 §3.4): ECDSA on P-256 with SHA-256, the signature of installations."""

from __future__ import annotations

from typing import ClassVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from mooring.core.jose.encoding import MalformedJose, b64url_encode
from mooring.core.jose.keys import Algorithm, BadSignature, PublicKey, SigningKey, private_pem

_CURVE = SECP256R1()
_ECDSA = ECDSA(SHA256())


class Es256Verifier(PublicKey):
    """A public key on P-256, given by its affine coordinates."""

    __slots__ = ("_key",)
    alg: ClassVar[Algorithm] = "ES256"

    def __init__(self, members: tuple[tuple[str, str], ...], x: bytes, y: bytes) -> None:
        super().__init__(members)
        try:
            # Twice as fast as EllipticCurvePublicNumbers; it also proves that the point is on the curve.
            self._key = EllipticCurvePublicKey.from_encoded_point(_CURVE, b"\x04" + x + y)
        except ValueError:
            raise MalformedJose("jwk") from None

    def verify(self, signature: bytes, message: bytes) -> None:
        """Return if ``signature`` (r ‖ s, 64 bytes) is this key's over exactly ``message``.

        Raises:
            BadSignature: it is not.
        """
        if len(signature) != 64:
            raise BadSignature
        r = int.from_bytes(signature[:32], "big")
        s = int.from_bytes(signature[32:], "big")
        try:
            self._key.verify(encode_dss_signature(r, s), message, _ECDSA)
        except InvalidSignature:
            raise BadSignature from None


class Es256Signer(SigningKey):
    """A key pair on P-256."""

    __slots__ = ("_key", "_public")
    alg: ClassVar[Algorithm] = "ES256"

    def __init__(self, key: EllipticCurvePrivateKey) -> None:
        numbers = key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        members = (("crv", "P-256"), ("kty", "EC"), ("x", b64url_encode(x)), ("y", b64url_encode(y)))
        self._key = key
        self._public = Es256Verifier(members, x, y)

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Return this key's signature over ``message``: r ‖ s, 64 bytes."""
        r, s = decode_dss_signature(self._key.sign(message, _ECDSA))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def to_jwk(self) -> dict[str, str]:
        """Return the key pair as a private JSON Web Key: a secret."""
        secret = self._key.private_numbers().private_value
        return {**self._public.jwk, "d": b64url_encode(secret.to_bytes(32, "big"))}

    def to_pem(self) -> bytes:
        """Return the key pair as an unencrypted private key in PEM (PKCS #8): a secret."""
        return private_pem(self._key)


def generate_es256() -> Es256Signer:
    """Return a fresh key pair from the operating system's generator."""
    return Es256Signer(generate_private_key(_CURVE))


def es256_from_secret(secret: bytes) -> Es256Signer:
    """Return the key pair of a private scalar.

    Raises:
        MalformedJose: ``jwk``: the scalar is zero or not below the order of the curve.
    """
    try:
        return Es256Signer(derive_private_key(int.from_bytes(secret, "big"), _CURVE))
    except ValueError:
        raise MalformedJose("jwk") from None


def es256_from_key(key: object) -> Es256Signer:
    """Return the key pair of a private key of ``cryptography``.

    Raises:
        ValueError: it is not on P-256.
    """
    if not isinstance(key, EllipticCurvePrivateKey) or key.curve.name != _CURVE.name:
        raise ValueError("neither an Ed25519 nor a P-256 private key")
    return Es256Signer(key)

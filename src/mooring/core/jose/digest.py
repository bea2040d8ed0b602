"""SHA-256 and HMAC, from the library that judges signatures: importing ``hashlib`` too would take longer."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.hmac import HMAC

_ALGORITHM = SHA256()


def sha256(data: bytes) -> bytes:
    """Return the 32 bytes of the SHA-256 digest of ``data``."""
    digest = Hash(_ALGORITHM)
    digest.update(data)
    return digest.finalize()


class HmacSha256:
    """HMAC-SHA-256 (RFC 2104) under one key, for many messages: each begins with a copy of its state."""

    __slots__ = ("_keyed",)

    def __init__(self, key: bytes) -> None:
        self._keyed = HMAC(key, _ALGORITHM)

    def digest(self, message: bytes) -> bytes:
        """Return the 32 bytes of the digest of ``message``."""
        digest = self._keyed.copy()
        digest.update(message)
        return digest.finalize()

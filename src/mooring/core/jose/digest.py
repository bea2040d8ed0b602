"""SHA-256, from the library that judges signatures: importing ``hashlib`` too would cost start-up time."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256, Hash

_ALGORITHM = SHA256()


def sha256(data: bytes) -> bytes:
    """Return the 32 bytes of the SHA-256 digest of ``data``."""
    digest = Hash(_ALGORITHM)
    digest.update(data)
    return digest.finalize()

"""What a device proof says beside its signature: the digests that bind it to a body and a token."""

from __future__ import annotations

from mooring.core.jose.digest import sha256
from mooring.core.jose.encoding import b64url_encode

TYPE = "dpop+jwt"
"""The ``typ`` of every proof."""

MAX_LENGTH = 4096
"""How many characters a proof may have; ours have about 600."""

MAX_JTI = 128
"""How many characters a proof's own identifier may have."""

MAX_NONCE = 256
"""How many characters the server's nonce may have."""


def digest_claim(data: bytes) -> str:
    """Return base64url of the SHA-256 digest: ``body_hash`` of a body, ``ath`` of an access token."""
    return b64url_encode(sha256(data))

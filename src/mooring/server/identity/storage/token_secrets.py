"""Tokens as they are stored: hashed and sealed with the server's own secret."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mooring.server.foundation.secrets import Secrets
    from mooring.server.identity.domain.secret_tokens import TokenKind

_PURPOSE = "refresh-token"


class ServerTokenSecrets:
    """Implements :class:`~mooring.server.identity.ports.token_secrets.TokenSecrets`."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._key = secrets.derive("tokens")

    def hash(self, token: str, kind: TokenKind) -> bytes:
        """Return the 32 bytes by which ``token`` is found; another for each kind."""
        message = f"mooring/{kind.value}/1\0{token}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, message, "sha256")

    def seal(self, token: str) -> bytes:
        """Return ``token`` encrypted."""
        return self._secrets.seal(token.encode(), _PURPOSE)

    def unseal(self, sealed: bytes) -> str:
        """Return what was sealed."""
        return self._secrets.unseal(sealed, _PURPOSE).decode()

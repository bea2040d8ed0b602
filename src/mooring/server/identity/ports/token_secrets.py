"""Who turns tokens into what may be stored, with keys that the database does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mooring.server.identity.domain.secret_tokens import TokenKind


class TokenSecrets(Protocol):
    """Hashes and seals tokens with the server's own secret."""

    def hash(self, token: str, kind: TokenKind) -> bytes:
        """Return the 32 bytes by which ``token`` is found; another for each kind."""
        ...

    def seal(self, token: str) -> bytes:
        """Return ``token`` encrypted."""
        ...

    def unseal(self, sealed: bytes) -> str:
        """Return what was sealed."""
        ...

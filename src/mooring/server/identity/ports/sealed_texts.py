"""Who seals texts that a browser carries for us: it can neither read nor change them, nor make one."""

from __future__ import annotations

from typing import Protocol


class NotSealedByUs(Exception):
    """This text was not sealed by this server, or for another purpose, or it was changed."""


class SealedTexts(Protocol):
    """Seals with the server's own secret."""

    def seal(self, text: str, purpose: str) -> str:
        """Return ``text`` encrypted, in letters that a cookie can carry."""
        ...

    def unseal(self, sealed: str, purpose: str) -> str:
        """Return what was sealed for this very purpose.

        Raises:
            NotSealedByUs: nothing was.
        """
        ...

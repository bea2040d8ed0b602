"""Texts sealed with the server's own secret, for a browser to carry."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from mooring.server.foundation.secrets import SealBroken
from mooring.server.identity.ports.sealed_texts import NotSealedByUs

if TYPE_CHECKING:
    from mooring.server.foundation.secrets import Secrets


class ServerSealedTexts:
    """Implements :class:`~mooring.server.identity.ports.sealed_texts.SealedTexts`."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    def seal(self, text: str, purpose: str) -> str:
        """Return ``text`` encrypted, in letters that a cookie can carry."""
        sealed = self._secrets.seal(text.encode(), f"carried/{purpose}")
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def unseal(self, sealed: str, purpose: str) -> str:
        """Return what was sealed for this very purpose; see the port."""
        try:
            raw = urlsafe_b64decode(sealed.encode("ascii") + b"==")
            return self._secrets.unseal(raw, f"carried/{purpose}").decode()
        except (SealBroken, binascii.Error, UnicodeError):
            raise NotSealedByUs from None

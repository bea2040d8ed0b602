"""How the private half is kept: as it is in a 0600 file, or sealed for this user by Windows."""

from __future__ import annotations

import sys
from typing import Protocol


class Protection(Protocol):
    """Seals a secret for this operating-system user, and opens it again."""

    name: str

    def seal(self, secret: bytes) -> bytes:
        """Return what may be written to a file."""
        ...

    def open(self, sealed: bytes) -> bytes:
        """Return the secret. Raises `OSError` where it was not sealed for this user."""
        ...


class FilePermissions:
    """No seal: the file's own permissions (0600) protect the key, and nothing pretends otherwise."""

    name = "file"

    def seal(self, secret: bytes) -> bytes:
        """Return the secret as it is."""
        return secret

    def open(self, sealed: bytes) -> bytes:
        """Return the secret as it is."""
        return sealed


def default_protection() -> Protection:
    """Return what this platform offers without a prompt and without another library."""
    if sys.platform == "win32":
        from mooring.client.adapters.installation_key.dpapi import Dpapi  # noqa: PLC0415 - Windows only

        return Dpapi()
    return FilePermissions()

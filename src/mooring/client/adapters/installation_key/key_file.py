"""The installation's key pair in a file of its home folder, readable by its owner only.

The public half stands beside the private one, so that checking a certificate never opens the secret.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from mooring.client.adapters.store.files import FileOperations
from mooring.core.jose.encoding import b64url_decode, b64url_encode
from mooring.core.jose.keys import SigningKey, jwk_thumbprint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.client.adapters.installation_key.protection import Protection

_VERSION = 1
_NAME = "installation_key.json"

# What reading a file raises that is not there, or was changed: nested too deep is one way.
_UNUSABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


class KeyFile:
    """The key pair of one installation (ES256). What cannot be written is kept in memory.

    Args:
        folder: the home folder.
        protection: how the private half is sealed; the platform's own way by default.
        files: the file system, or a test's.
    """

    def __init__(
        self, folder: str, *, protection: Protection | None = None, files: FileOperations | None = None
    ) -> None:
        self._folder = folder
        self._path = os.path.join(folder, _NAME)
        self._protection = protection
        self._files = files or FileOperations()
        self._in_memory: SigningKey | None = None

    def thumbprint(self) -> str | None:
        """Return the public key's thumbprint (RFC 7638), reading only the public half."""
        if self._in_memory is not None:
            return self._in_memory.public.thumbprint
        try:
            return jwk_thumbprint(self._read()["public"])
        except _UNUSABLE:
            return None

    def load(self) -> SigningKey | None:
        """Return the key, or None where there is none, or none that this user can open."""
        if self._in_memory is not None:
            return self._in_memory
        try:
            content = self._read()
            if content["protection"] != self._seal.name:
                return None
            secret = self._seal.open(b64url_decode(content["private"]))
            return SigningKey.from_jwk({**content["public"], "d": b64url_encode(secret)})
        except _UNUSABLE:
            return None

    def load_or_create(self) -> SigningKey:
        """Return the key; where there is none, make one. The caller holds the store's lock."""
        key = self.load()
        if key is None:
            key = SigningKey.generate("ES256")
            try:
                self._write(key)
            except OSError:
                self._in_memory = key
        return key

    def __repr__(self) -> str:
        return f"<KeyFile {self._path}>"

    @property
    def _seal(self) -> Protection:
        if self._protection is None:
            from mooring.client.adapters.installation_key.protection import (  # noqa: PLC0415 - not for a status
                default_protection,
            )

            self._protection = default_protection()
        return self._protection

    def _read(self) -> Mapping[str, Any]:
        content: Mapping[str, Any] = json.loads(self._files.read(self._path))
        return content

    def _write(self, key: SigningKey) -> None:
        public = key.public.jwk
        secret = b64url_decode(key.to_jwk()["d"])
        content = {
            "mooring": _VERSION,
            "public": public,
            "protection": self._seal.name,
            "private": b64url_encode(self._seal.seal(secret)),
        }
        new = self._path + ".new"
        self._files.make_folder(self._folder)
        self._files.write_synced(new, json.dumps(content).encode())
        if os.path.lexists(self._path):  # it could not be read: keep it for whoever wants to know why
            self._files.replace(self._path, self._path + ".damaged")
        self._files.replace(new, self._path)
        self._files.sync_folder(self._folder)


class MemoryKey:
    """The key pair of one installation as long as the program runs; for tests."""

    def __init__(self, key: SigningKey | None = None) -> None:
        self._key = key

    def thumbprint(self) -> str | None:
        """Return the public key's thumbprint."""
        return None if self._key is None else self._key.public.thumbprint

    def load(self) -> SigningKey | None:
        """Return the key, or None."""
        return self._key

    def load_or_create(self) -> SigningKey:
        """Return the key; where there is none, make one."""
        if self._key is None:
            self._key = SigningKey.generate("ES256")
        return self._key

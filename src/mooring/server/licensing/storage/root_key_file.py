"""The root key's file: the one secret that may leave this computer for good."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from mooring.core.jose.keys import SigningKey
from mooring.server.foundation.disk import sync_folder
from mooring.server.licensing.domain.obstacles import ValueRefused

if TYPE_CHECKING:
    from pathlib import Path


class RootKeyFile:
    """A private root key as unencrypted PEM, readable by its owner only."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return str(self._path)

    def load(self) -> SigningKey | None:
        """Return the key, or none where the file is not here: the root is kept offline.

        Raises:
            ValueRefused: The file is no Ed25519 private key, or other users may read it.
        """
        try:
            with self._path.open("rb") as stream:
                if os.name == "posix" and stat.S_IMODE(os.fstat(stream.fileno()).st_mode) & 0o077:
                    raise ValueRefused(
                        f"The root key {self._path} can be read by other users.",
                        f"Run: chmod 600 {self._path}",
                    )
                pem = stream.read(16_384)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ValueRefused(
                f"The root key {self._path} cannot be read: {error.strerror}.", "See to its permissions."
            ) from error
        try:
            key = SigningKey.from_pem(pem)
        except (ValueError, TypeError):
            key = None
        if key is None or key.alg != "Ed25519":
            raise ValueRefused(
                f"{self._path} is not an Ed25519 private key in PEM.",
                "Put the root key back that `mooring init` made, or name its file in MOORING_ROOT_KEY_FILE.",
            )
        return key

    def create(self) -> SigningKey:
        """Make a root key and keep it durably.

        Raises:
            ValueRefused: The file exists already or cannot be written.
        """
        key = SigningKey.generate("Ed25519")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                stream.write(key.to_pem())
                stream.flush()
                os.fsync(stream.fileno())
            sync_folder(self._path.parent)
        except OSError as error:
            raise ValueRefused(
                f"The root key {self._path} cannot be written: {error.strerror}.",
                "Choose another place with MOORING_ROOT_KEY_FILE.",
            ) from error
        return key

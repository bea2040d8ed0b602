"""The operations on files that the store is made of, one method each, so that a test can fail any of them."""

from __future__ import annotations

import contextlib
import os


class FileOperations:
    """The file system. Every method raises `OSError`, and changes nothing that its name does not say."""

    def read(self, path: str) -> bytes:
        """Return the whole content of a file."""
        with open(path, "rb") as file:
            return file.read()

    def write_synced(self, path: str, content: bytes) -> None:
        """Write a new file, readable by its owner only, that is on the disk when this returns."""
        self.discard(path)
        file = self.create(path)
        try:
            self.write(file, content)
            self.sync(file)
        finally:
            self.close(file)

    def create(self, path: str) -> int:
        """Open a file that must not exist yet, for its owner only (0600)."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _CLOSED_ON_EXEC | _BINARY, 0o600)

    def write(self, file: int, content: bytes) -> None:
        """Write all of ``content``: a single call may write only part of it."""
        remaining = memoryview(content)
        while remaining:
            remaining = remaining[os.write(file, remaining) :]

    def sync(self, file: int) -> None:
        """Wait until the file's content is on the disk."""
        os.fsync(file)

    def close(self, file: int) -> None:
        """Close a file."""
        os.close(file)

    def replace(self, source: str, target: str) -> None:
        """Give ``source`` the name ``target``, atomically."""
        os.replace(source, target)

    def discard(self, path: str) -> None:
        """Remove a file, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)

    def make_folder(self, path: str) -> None:
        """Make a folder for its owner only, and its parents; one that is there already stays as it is."""
        if not os.path.isdir(path):
            os.makedirs(path, mode=0o700, exist_ok=True)

    def sync_folder(self, path: str) -> None:
        """Wait until the names in a folder are on the disk; Windows does that by itself."""
        if os.name == "nt":
            return
        folder = os.open(path, os.O_RDONLY | _CLOSED_ON_EXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


_CLOSED_ON_EXEC = getattr(os, "O_CLOEXEC", 0)
_BINARY = getattr(os, "O_BINARY", 0)  # Windows would otherwise translate line ends

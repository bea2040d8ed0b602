"""The disk: what has to be done so that a file outlives a power cut under its name."""

import os
from pathlib import Path


def sync_file(file: Path) -> None:
    """Return when the content of ``file`` is on the disk."""
    _sync(file, os.O_RDWR)


def sync_folder(folder: Path) -> None:
    """Return when the names in ``folder`` are on the disk, where the system lets a program ask for that."""
    if os.name == "posix":
        _sync(folder, os.O_RDONLY)


def _sync(path: Path, mode: int) -> None:
    descriptor = os.open(path, mode)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Reading the small files in which the Linux kernel tells about hardware."""

from __future__ import annotations

import os

_LIMIT = 4096


def read_bytes(path: str) -> bytes:
    """Return the first 4 KiB of a file; nothing if it is absent or needs rights we do not have.

    The limit keeps reading fast: of ``/proc/cpuinfo``, say, the kernel then describes a few of many
    processors.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(descriptor, _LIMIT)
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def read_text(path: str) -> str:
    """Return the first 4 KiB of a file as text, without surrounding blanks and NULs; "" if unreadable."""
    return read_bytes(path).decode("utf-8", "replace").strip(" \t\r\n\0")


def list_names(folder: str) -> list[str]:
    """Return what a folder holds, in order; nothing if it is absent."""
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []

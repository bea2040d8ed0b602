"""What is on this computer: the address, the secret, the root key, room on the disk."""

from __future__ import annotations

import os
import shutil
import stat
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mooring.core.descriptor import is_loopback
from mooring.server.cli.upkeep.checks.finding import Finding
from mooring.server.foundation.secrets import SecretFileUnusable, Secrets

if TYPE_CHECKING:
    from pathlib import Path

_MEBIBYTE: Final = 1 << 20
_ROOM_NEEDED: Final = 64 * _MEBIBYTE
_ROOM_WANTED: Final = 1024 * _MEBIBYTE


def check_public_url(url: str | None) -> Finding:
    """Devices must be able to reach the server, and nobody must be able to listen."""
    if url is None:
        return Finding(
            "public_url",
            "warning",
            "MOORING_PUBLIC_URL is not set: only programs on this computer can reach the server.",
            "Set it to the https address under which devices reach this server.",
        )
    if urlsplit(url).scheme != "https" and not is_loopback(url):
        return Finding(
            "public_url",
            "problem",
            f"{url} is not encrypted, and devices refuse it.",
            "Use an https address.",
        )
    return Finding("public_url", "ok", f"Devices reach this server at {url}.")


def check_secret(file: Path) -> tuple[Finding, Secrets | None]:
    """The secret must be there, whole, and its owner's alone."""
    if not file.exists():
        return (
            Finding(
                "secret",
                "problem",
                f"There is no secret file at {file}.",
                "New server: mooring init NAME. Else put the file back, or restore a backup that holds it.",
            ),
            None,
        )
    try:
        secrets = Secrets.load(file)
    except SecretFileUnusable as error:
        return Finding("secret", "problem", error.detail, error.next_step), None
    return Finding("secret", "ok", f"The secret file {file} is its owner's alone."), secrets


def check_root_key(file: Path) -> Finding:
    """The root key may be away; where it is here, it must be its owner's alone."""
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
    except FileNotFoundError:
        return Finding(
            "root_key", "ok", f"The root key is not on this computer ({file}): it is kept elsewhere."
        )
    except OSError as error:
        return Finding("root_key", "problem", f"The root key {file} cannot be looked at: {error.strerror}.")
    if os.name == "posix" and mode & 0o077:
        return Finding(
            "root_key",
            "problem",
            f"The root key {file} can be read by other users.",
            f"Run: chmod 600 {file}",
        )
    return Finding("root_key", "ok", f"The root key {file} is its owner's alone.")


def check_disk_space(place: Path) -> Finding:
    """A full disk stops every activation; a backup needs room for a copy.

    ``place`` is the embedded database, or the folder of a server whose database is elsewhere.
    """
    folder = next(folder for folder in (place, *place.parents) if folder.is_dir())
    size = place.stat().st_size if place.is_file() else 0
    return judge_disk_space(shutil.disk_usage(folder).free, size, folder)


def judge_disk_space(free: int, size: int, folder: Path) -> Finding:
    """Judge ``free`` bytes beside a database of ``size`` bytes."""
    said = f"{free // _MEBIBYTE:,} MiB are free in {folder}."
    if free < _ROOM_NEEDED:
        return Finding("disk_space", "problem", said, "Make room, or move MOORING_DATA_DIR to a larger disk.")
    if free < max(_ROOM_WANTED, 2 * size):
        return Finding("disk_space", "warning", said, "Make room soon: growth and backups need it.")
    return Finding("disk_space", "ok", said)

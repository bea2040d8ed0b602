"""What the doctor looks at: each check finds one thing sound, doubtful or broken, and names the next step."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from urllib.parse import urlsplit

from mooring.core.descriptor import is_loopback
from mooring.server.cli.upkeep.fingerprint import fingerprint_of
from mooring.server.foundation.backups.copying import faults_of
from mooring.server.foundation.database.opening import embedded_file, open_database
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.sqlite_file import connect
from mooring.server.foundation.migrations.migrating import current_schema
from mooring.server.foundation.migrations.revisions import SchemaUnknown
from mooring.server.foundation.secrets import SecretFileUnusable, Secrets
from mooring.server.licensing.domain.signing import ROTATE_BEFORE_END, STATED_USES, SigningKeyRecord
from mooring.server.licensing.storage.signing import StoredPublisher

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mooring.server.foundation.settings import Settings

Level = Literal["ok", "warning", "problem"]

_RELEASED: Final = datetime(2026, 1, 1, tzinfo=UTC)  # no clock that is right tells an earlier time
_CLOCK_TOLERANCE: Final = timedelta(minutes=5)
_MEBIBYTE: Final = 1 << 20
_ROOM_NEEDED: Final = 64 * _MEBIBYTE
_ROOM_WANTED: Final = 1024 * _MEBIBYTE


class Finding(NamedTuple):
    """What one check found, and what to do about it."""

    check: str
    level: Level
    sentence: str
    next_step: str = ""


def examine(settings: Settings, *, at: datetime) -> list[Finding]:
    """Return what every check finds; those that need a sound database are left out where there is none."""
    return list(_examine(settings, at))


def _examine(settings: Settings, at: datetime) -> Iterator[Finding]:
    yield Finding("settings", "ok", f"The settings can be used; the data folder is {settings.data_dir}.")
    yield check_public_url(settings.public_url)
    secret, secrets = check_secret(settings.secret_file)
    yield secret
    yield check_root_key(settings.root_key_file)
    file = embedded_file(settings.database_url)
    yield check_disk_space(file)
    schema = check_schema(file, settings)
    yield schema
    if schema.level == "problem":
        return
    yield check_integrity(file)
    if schema.level == "ok":
        yield from _examine_content(settings, file, secrets, at)


def _examine_content(
    settings: Settings, file: Path, secrets: Secrets | None, at: datetime
) -> Iterator[Finding]:
    try:
        yield check_fingerprint(fingerprint_of(file), secrets)
        yield check_clock(newest_event(file), at)
        yield check_signing_keys(asyncio.run(_signing_keys(settings)), at)
    except DatabaseUnavailable as error:
        yield Finding("database", "problem", str(error), "Try again; if it stays so, restore a backup.")


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


def check_disk_space(database: Path) -> Finding:
    """A full disk stops every activation; a backup needs room for a copy."""
    folder = next(folder for folder in database.parents if folder.exists())
    free = shutil.disk_usage(folder).free
    size = database.stat().st_size if database.exists() else 0
    return judge_disk_space(free, size, folder)


def judge_disk_space(free: int, size: int, folder: Path) -> Finding:
    """Judge ``free`` bytes beside a database of ``size`` bytes."""
    said = f"{free // _MEBIBYTE:,} MiB are free in {folder}."
    if free < _ROOM_NEEDED:
        return Finding("disk_space", "problem", said, "Make room, or move MOORING_DATA_DIR to a larger disk.")
    if free < max(_ROOM_WANTED, 2 * size):
        return Finding("disk_space", "warning", said, "Make room soon: growth and backups need it.")
    return Finding("disk_space", "ok", said)


def check_schema(file: Path, settings: Settings) -> Finding:
    """The tables must be those of this release."""
    if not file.exists():
        return Finding(
            "database",
            "problem",
            f"There is no database at {file}.",
            "New server: mooring init NAME. Else say where it is with MOORING_DATA_DIR.",
        )
    try:
        schema = current_schema(settings)
        schema.require_known()
    except DatabaseUnavailable as error:
        return Finding("database", "problem", str(error), "Try again; if it stays so, restore a backup.")
    except SchemaUnknown as error:
        return Finding("database", "problem", str(error), "Install the newer release.")
    if not schema.serves_this_release:
        return Finding(
            "database", "warning", "The database has the tables of an older release.", "Run: mooring migrate"
        )
    return Finding("database", "ok", f"The database {file} has this release's tables ({schema.revision}).")


def check_integrity(file: Path) -> Finding:
    """Every page and every reference must be whole."""
    try:
        faults = faults_of(file)
    except DatabaseUnavailable as error:
        faults = [str(error)]
    if faults:
        return Finding(
            "integrity", "problem", f"The database is damaged: {faults[0]}.", "Restore the newest backup."
        )
    return Finding("integrity", "ok", "Every page and reference of the database is whole.")


def check_fingerprint(expected: str | None, secrets: Secrets | None) -> Finding:
    """The secret must be the one that the database was made with."""
    if expected is None:
        return Finding(
            "fingerprint", "warning", "This server has no publisher yet.", "Run: mooring init NAME"
        )
    if secrets is None or secrets.fingerprint != expected:
        present = "missing" if secrets is None else secrets.fingerprint
        return Finding(
            "fingerprint",
            "problem",
            f"The database belongs to the secret {expected}; the one here is {present}.",
            "Put the right secret file back, or restore the database that belongs to this one.",
        )
    return Finding("fingerprint", "ok", f"The secret is the one that the database belongs to ({expected}).")


def check_clock(newest: datetime | None, at: datetime) -> Finding:
    """The clock must not be behind what has been written down already."""
    behind = newest is not None and at < newest - _CLOCK_TOLERANCE
    if behind or at < _RELEASED:
        return Finding(
            "clock",
            "problem",
            f"The clock says {at:%Y-%m-%d %H:%M} UTC, which is over already.",
            "Set the clock, and let it be kept by a time server.",
        )
    return Finding("clock", "ok", f"The clock says {at:%Y-%m-%d %H:%M} UTC.")


def check_signing_keys(keys: Sequence[SigningKeyRecord], at: datetime) -> Finding:
    """For each use a key must sign now, and for some time to come."""
    ends = [
        max(
            (key.sign_until for key in keys if key.use == use and key.signs(at) and key.sign_until),
            default=None,
        )
        for use in STATED_USES
    ]
    known = [end for end in ends if end is not None]
    if len(known) < len(ends):
        return Finding(
            "signing_keys",
            "problem",
            "There is no signing key that may sign now: no activation can be answered.",
            "Run: mooring admin signing-key rotate",
        )
    end = min(known)
    if end - at < ROTATE_BEFORE_END:
        return Finding(
            "signing_keys",
            "warning",
            f"A signing key signs only until {end:%Y-%m-%d}.",
            "Run: mooring admin signing-key rotate",
        )
    return Finding("signing_keys", "ok", f"The signing keys sign until {end:%Y-%m-%d}.")


def newest_event(file: Path) -> datetime | None:
    """Return when the last recorded event happened."""
    with closing(connect(file, read_only=True)) as connection:
        try:
            (newest,) = connection.execute("SELECT max(at) FROM events").fetchone()
        except sqlite3.Error as error:
            raise DatabaseUnavailable(str(error)) from error
    return None if newest is None else datetime.fromtimestamp(newest, UTC)


async def _signing_keys(settings: Settings) -> Sequence[SigningKeyRecord]:
    database = open_database(settings)
    try:
        async with StoredPublisher(database).reading() as reader:
            return await reader.signing_keys()
    finally:
        await database.close()

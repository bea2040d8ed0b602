"""Copying a database that is in use, and putting one in the place of another."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.sqlite_file import connect, is_busy, translated
from mooring.server.foundation.disk import sync_file, sync_folder

_PAGES_A_STEP: Final = 2048  # 8 MiB: often enough for a progress bar


class DatabaseInUse(Exception):
    """Another process has the database open."""


def copy_database(source: Path, target: Path, progress: Callable[[int, int], None]) -> None:
    """Copy ``source`` as it is at one instant into the new file ``target``, while others go on writing.

    ``progress`` is told how many pages are done, and of how many.

    Raises:
        DatabaseUnavailable: one of them cannot be read or written.
    """
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(connect(source, read_only=True)) as reader, closing(sqlite3.connect(target)) as writer:
            # Within one read transaction the copy sees one state, and others' writes do not start it anew.
            reader.execute("BEGIN")
            reader.execute("SELECT 1 FROM sqlite_master").fetchone()
            reader.backup(
                writer, pages=_PAGES_A_STEP, progress=lambda _, left, total: progress(total - left, total)
            )
    except sqlite3.Error as error:
        raise translated(error, source) from error


def require_sound(file: Path) -> None:
    """Check every page and reference of the database in ``file``.

    Raises:
        DatabaseUnavailable: it is damaged.
    """
    faults = faults_of(file)
    if faults:
        raise DatabaseUnavailable(f"The database {file} is damaged: {faults[0]}.")


def faults_of(file: Path) -> list[str]:
    """Return what is wrong with the database in ``file``, in SQLite's words; nothing where it is sound.

    Raises:
        DatabaseUnavailable: it cannot be opened.
    """
    with closing(connect(file, read_only=True)) as connection:
        try:
            faults = [row[0] for row in connection.execute("PRAGMA integrity_check(10)") if row[0] != "ok"]
            # A trigger would go on changing what the server writes; our tables have none, and no view.
            faults += [
                f"it has a {kind}"
                for (kind,) in connection.execute(
                    "SELECT DISTINCT type FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY type"
                )
            ]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(10)
        except sqlite3.DatabaseError as error:
            return [str(error)]
    return faults + [f"a row of {table} refers to no row of {parent}" for table, _, parent, _ in orphans]


def put_in_place(file: Path, target: Path, *, keep_as: Path) -> bool:
    """Let the database in ``file`` take the place of ``target``; return whether one was there.

    The old one is at ``keep_as`` then. A crash at any instant leaves a whole database at ``target``.

    Raises:
        DatabaseInUse: a process has ``target`` open; it would go on writing to what is no longer there.
    """
    replaced = target.exists()
    if replaced:
        _close_for_good(target)
        os.link(target, keep_as)
    for suffix in ("-wal", "-shm"):  # a log left behind would be applied to the wrong database
        with suppress(FileNotFoundError):
            os.replace(f"{target}{suffix}", f"{keep_as}{suffix}")
    sync_file(file)
    os.replace(file, target)
    sync_folder(target.parent)
    return replaced


def _close_for_good(file: Path) -> None:
    """Move all of the write-ahead log into ``file``, which works only where no one else has it open."""
    try:
        with closing(connect(file)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except DatabaseUnavailable:
        return  # it is damaged, which may be why a backup is restored
    except sqlite3.Error as error:
        if is_busy(error):
            raise DatabaseInUse(f"The database {file} is in use.") from error

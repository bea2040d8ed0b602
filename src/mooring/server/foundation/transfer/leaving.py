"""Leaving a file: what was moved to another database is not served from it any more, unless one says so.

Two servers, one on each, would sell each seat twice, and neither knew of the other's licenses. The file keeps
all that it had; only a mark in its head says that it was left.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from mooring.server.foundation.database.maintenance import embedded_errors
from mooring.server.foundation.database.sqlite_file import connect

_LEFT: Final = 1
"""The ``user_version`` of a file that was left: a number that SQLite keeps for the program, at first 0."""


class DatabaseLeft(Exception):
    """The database was moved to another one, and is served from there."""


def leave(connection: sqlite3.Connection) -> None:
    """Mark the file of ``connection`` as left."""
    connection.execute(f"PRAGMA user_version = {_LEFT}")


def use_again(file: Path) -> bool:
    """Take the mark away from ``file``, and return whether it had one.

    Raises:
        DatabaseUnavailable: it cannot be opened or written.
    """
    with closing(connect(file)) as connection, embedded_errors(file):
        had_mark = _has_mark(connection)
        connection.execute("PRAGMA user_version = 0")
        return had_mark


def require_not_left(file: Path) -> None:
    """Check that the database in ``file``, if there is one, is still served from there.

    Raises:
        DatabaseLeft: it was moved to another one.
        DatabaseUnavailable: it cannot be opened.
    """
    if not file.exists():
        return
    with closing(connect(file)) as connection, embedded_errors(file):
        if _has_mark(connection):
            raise DatabaseLeft(
                f"The database {file} was copied to another one, from which it is served since then. "
                "What happened there is not in this file."
            )


def _has_mark(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("PRAGMA user_version").fetchone() == (_LEFT,))

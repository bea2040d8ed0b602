"""Which secret a database belongs to."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from mooring.server.foundation.database.sqlite_file import connect, translated

if TYPE_CHECKING:
    from pathlib import Path


def fingerprint_of(database: Path) -> str | None:
    """Return the fingerprint of the secret that ``database`` was made with, none before it has a publisher.

    Raises:
        DatabaseUnavailable: it cannot be read.
    """
    with closing(connect(database, read_only=True)) as connection:
        try:
            row = connection.execute("SELECT secret_fingerprint FROM publisher").fetchone()
        except sqlite3.Error as error:
            raise translated(error, database) from error
    return None if row is None else str(row[0])

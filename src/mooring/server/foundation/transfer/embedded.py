"""The embedded database as one end of a transfer."""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from mooring.server.foundation.backups.copying import DatabaseInUse
from mooring.server.foundation.database.maintenance import embedded_errors
from mooring.server.foundation.database.sqlite_file import connect, is_busy, translated
from mooring.server.foundation.transfer.rows import Row, Shape

BATCH: Final = 5_000


class EmbeddedEnd:
    """Rows of an SQLite connection that is in a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def count(self, shape: Shape) -> int:
        """Return how many rows a table has."""
        (rows,) = self._connection.execute(f'SELECT count(*) FROM "{shape.name}"').fetchone()  # noqa: S608
        return int(rows)

    async def batches(self, shape: Shape) -> AsyncIterator[Sequence[Row]]:
        """Give all rows of a table."""
        cursor = self._connection.execute(f'SELECT {shape.quoted} FROM "{shape.name}"')  # noqa: S608
        while rows := cursor.fetchmany(BATCH):
            yield [_plain(shape, row) for row in rows]

    async def take(self, shape: Shape, rows: Sequence[Row]) -> None:
        """Add ``rows`` to a table."""
        places = ", ".join("?" * len(shape.columns))
        self._connection.executemany(
            f'INSERT INTO "{shape.name}" ({shape.quoted}) VALUES ({places})',  # noqa: S608
            map(tuple, rows),
        )


def _plain(shape: Shape, row: Row) -> Row:
    """Return ``row`` as PostgreSQL would give it: it has truth values, and no zero character in a text."""
    if not shape.truths and not any("\0" in (row[place] or "") for place in shape.texts):
        return row
    cells = list(row)
    for place in shape.truths:
        cells[place] = None if cells[place] is None else bool(cells[place])
    for place in shape.texts:
        if cells[place] is not None:
            cells[place] = cells[place].replace("\0", "\N{REPLACEMENT CHARACTER}")
    return cells


@contextmanager
def at_rest(file: Path) -> Iterator[sqlite3.Connection]:
    """Open ``file`` and keep everyone else out until the end: what is read is all there is.

    Raises:
        DatabaseInUse: a process has it open.
        DatabaseUnavailable: it is not there, or is no database.
    """
    connect(file).close()  # says in plain words what is wrong with it
    try:
        with closing(
            sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=0, isolation_level=None)
        ) as connection:
            # Before anything is read: then the log needs no index that is shared, but the file to itself.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")  # in this mode the lock stays, until the connection is closed
            yield connection
    except sqlite3.Error as error:
        if is_busy(error):
            raise DatabaseInUse(f"The database {file} is in use.") from error
        raise translated(error, file) from error


@contextmanager
def filling(file: Path) -> Iterator[sqlite3.Connection]:
    """Open ``file``, whose tables are there and empty, in one transaction that is committed at the end.

    Raises:
        DatabaseUnavailable: it cannot be written.
    """
    with closing(connect(file)) as connection, embedded_errors(file):
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")

"""Migrating the embedded database: in one transaction, and every process does it by itself at its start."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config

from mooring.server.foundation.database.maintenance import embedded_connection, embedded_errors
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.sqlite_file import connect
from mooring.server.foundation.migrations.revisions import Schema, configuration, note_reach, schema_of

_PATIENCE: Final = 60_000  # milliseconds to wait for another process that is migrating


def migrate_file(file: Path, to: str = "head") -> Schema:
    """Bring the database in ``file`` to the revision ``to``, and return what it was before.

    Processes that start at once wait for each other, and whoever comes later finds nothing to do. A newer
    release's tables that serve this one are left as they are.

    Raises:
        SchemaUnknown: the database belongs to a newer release.
        DatabaseUnavailable: it cannot be opened or written; nothing was changed.
    """
    _make(file)
    with alembic_on(file) as config:
        before = schema_of(config.attributes["connection"])
        before.require_known()
        if before.is_current or not before.serves_this_release:
            command.upgrade(config, to)
            note_reach(config.attributes["connection"])
    return before


@contextmanager
def alembic_on(file: Path) -> Iterator[Config]:
    """Give a configuration whose Alembic commands run on ``file`` in one transaction, committed at the end.

    Raises:
        DatabaseUnavailable: ``file`` cannot be opened or written, or another process holds it for too long.
    """
    with closing(connect(file)) as raw, embedded_errors(file):
        raw.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
        raw.execute("PRAGMA foreign_keys = OFF")  # else copying a table removes what refers to its rows
        # Begun twice: SQLAlchemy only notes it, so that Alembic commits nothing by itself.
        with embedded_connection(raw) as connection, connection.begin():
            raw.execute("BEGIN IMMEDIATE")
            yield configuration(connection)
            if raw.execute("PRAGMA foreign_key_check").fetchone():
                raise DatabaseUnavailable(f"The database {file} refers to rows that are not there.")


def _make(file: Path) -> None:
    """Make an empty file that only its owner may read; SQLite gives its log the same permissions."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise DatabaseUnavailable(f"The database {file} cannot be made: {error.strerror}.") from error

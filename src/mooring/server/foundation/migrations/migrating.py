"""Migrating: brings the database to the tables that this release expects."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import StaticPool, create_engine
from sqlalchemy.engine import Connection

from mooring.server.foundation.database.opening import embedded_file
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.sqlite_file import connect, translated
from mooring.server.foundation.settings import Settings

_PATIENCE: Final = 60_000  # milliseconds to wait for another process that is migrating


class SchemaUnknown(Exception):
    """The database was made by a newer release of Mooring."""


class Migration(NamedTuple):
    """The revision that a database had (none where it was new) and the one it has now."""

    before: str | None
    after: str


def migrate(settings: Settings) -> Migration:
    """Bring the database to this release's tables, in one transaction; make it where there is none.

    Processes that start at once wait for each other, and whoever comes later finds nothing to do.

    Raises:
        SettingInvalid: Mooring cannot use this kind of database.
        SchemaUnknown: the database belongs to a newer release.
        DatabaseUnavailable: it cannot be opened or written; nothing was changed.
    """
    file = embedded_file(settings.database_url)
    _make_file(file)
    with alembic_on(file) as config:
        before = _revision(config.attributes["connection"])
        require_known(before)
        command.upgrade(config, "head")
    return Migration(before, head_revision())


def head_revision() -> str:
    """Return the revision that this release expects."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None  # noqa: S101 (the first revision ships with this module)
    return head


def require_known(revision: str | None) -> None:
    """Check that this release knows ``revision``, or that there is none yet.

    Raises:
        SchemaUnknown: it comes from a newer release.
    """
    steps = ScriptDirectory.from_config(_config()).walk_revisions()
    if revision is not None and revision not in {step.revision for step in steps}:
        raise SchemaUnknown(
            f"The database was made by a newer release of Mooring (revision {revision}). "
            "Install that release, or restore a backup that this one made."
        )


def current_revision(settings: Settings) -> str | None:
    """Return the revision that the database has, none where it has no tables yet.

    Raises:
        SettingInvalid: Mooring cannot use this kind of database.
        DatabaseUnavailable: it cannot be opened.
    """
    return revision_of(embedded_file(settings.database_url))


def revision_of(file: Path) -> str | None:
    """Return the revision of the database in ``file``, none where it has no tables yet.

    Raises:
        DatabaseUnavailable: it cannot be opened.
    """
    with closing(connect(file, read_only=True)) as raw, _connection(raw) as connection:
        return _revision(connection)


@contextmanager
def alembic_on(file: Path) -> Iterator[Config]:
    """Give a configuration whose Alembic commands run on ``file`` in one transaction, committed at the end.

    Raises:
        DatabaseUnavailable: ``file`` cannot be opened or written, or another process holds it for too long.
    """
    with closing(connect(file)) as raw:
        try:
            raw.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
            raw.execute("PRAGMA foreign_keys = OFF")  # else copying a table removes what refers to its rows
            # Begun twice: SQLAlchemy only notes it, so that Alembic commits nothing by itself.
            with _connection(raw) as connection, connection.begin():
                raw.execute("BEGIN IMMEDIATE")
                yield _config(connection)
                if raw.execute("PRAGMA foreign_key_check").fetchone():
                    raise DatabaseUnavailable(f"The database {file} refers to rows that are not there.")
        except sqlite3.Error as error:
            raise translated(error, file) from error


def _make_file(file: Path) -> None:
    """Make an empty file that only its owner may read; SQLite gives its log the same permissions."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise DatabaseUnavailable(f"The database {file} cannot be made: {error.strerror}.") from error


def _connection(raw: sqlite3.Connection) -> Connection:
    """Return SQLAlchemy's view of ``raw``, for Alembic; closing it rolls back what was not committed."""
    return create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool).connect()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()

"""Empty databases with this release's tables, fast: they are migrated once and copied for each test."""

import functools
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

from mooring.server.foundation.database.port import Database
from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase
from mooring.server.foundation.database.sqlite import SqliteDatabase
from mooring.server.foundation.migrations.migrating import migrate
from mooring.server.foundation.settings import Settings, load_settings
from tests.support.pgbouncer import a_pgbouncer
from tests.support.postgresql import a_postgresql

KINDS = ("sqlite", "postgresql")


def settings_in(folder: Path, **environ: str) -> Settings:
    """Return the settings of a server that keeps everything in ``folder``."""
    return load_settings({"MOORING_DATA_DIR": str(folder)} | environ, folder)


def an_empty_database_file(folder: Path) -> Path:
    """Return the file of an empty database in ``folder``, where ``settings_in(folder)`` looks for it."""
    file = Path(settings_in(folder).database_url.database)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_migrated())
    file.chmod(0o600)
    return file


def an_empty_database(folder: Path, *, patience: float = 10.0) -> SqliteDatabase:
    """Return an empty database in ``folder``. Close it at the end: ``await database.close()``."""
    return SqliteDatabase(an_empty_database_file(folder), patience=patience)


@asynccontextmanager
async def a_database(kind: str, folder: Path) -> AsyncIterator[Database]:
    """Give an empty database of this kind (one of ``KINDS``, or ``pgbouncer``), removed at the end."""
    if kind == "sqlite":
        database: Database = an_empty_database(folder)
        yield database
        await database.close()
        return
    with a_postgresql() as url, a_pgbouncer(url) if kind == "pgbouncer" else nullcontext(url) as address:
        # Hundreds may wait for the few connections of PgBouncer, on a computer that has much else to do.
        database = PostgresqlDatabase(address, patience=60)
        yield database
        await database.close()


@functools.cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder))
        migrate(settings)
        return Path(settings.database_url.database).read_bytes()

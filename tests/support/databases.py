"""Empty databases with this release's tables, fast: they are migrated once and copied for each test."""

import functools
import tempfile
from pathlib import Path

from mooring.server.foundation.database.sqlite import SqliteDatabase
from mooring.server.foundation.migrations.migrating import migrate
from mooring.server.foundation.settings import Settings, load_settings


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


@functools.cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder))
        migrate(settings)
        return Path(settings.database_url.database).read_bytes()

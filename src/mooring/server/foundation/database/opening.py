"""Opening: from the settings to the database they name."""

from pathlib import Path

from sqlalchemy.engine import URL

from mooring.server.foundation.database.port import Database
from mooring.server.foundation.database.sqlite import SqliteDatabase
from mooring.server.foundation.settings import SettingInvalid, Settings


def open_database(settings: Settings) -> Database:
    """Open the database that ``settings`` name; its tables must be there already.

    Raises:
        SettingInvalid: Mooring cannot use this kind of database.
        DatabaseUnavailable: it cannot be opened.
    """
    return SqliteDatabase(embedded_file(settings.database_url))


def embedded_file(url: URL) -> Path:
    """Return the file of the embedded database at ``url``.

    Raises:
        SettingInvalid: ``url`` names another kind of database.
    """
    kind = url.get_backend_name()
    if kind == "postgresql":
        raise SettingInvalid("MOORING_DATABASE_URL names PostgreSQL, which this release cannot use yet.")
    if kind != "sqlite" or not url.database:
        raise SettingInvalid(f"MOORING_DATABASE_URL names {kind}; Mooring uses SQLite.")
    return Path(url.database)

"""Opening: from the settings to the database they name."""

from importlib.util import find_spec
from pathlib import Path

from sqlalchemy.engine import URL

from mooring.server.foundation.database.address import is_embedded
from mooring.server.foundation.database.port import Database
from mooring.server.foundation.database.sqlite import SqliteDatabase
from mooring.server.foundation.settings import SettingInvalid, Settings


def open_database(settings: Settings) -> Database:
    """Open the database that ``settings`` name; its tables must be there already.

    A server is only reached when it is first asked for something, and again whenever it was away.

    Raises:
        SettingInvalid: Mooring cannot use this kind of database, or what it takes is not installed.
        DatabaseUnavailable: it cannot be opened.
    """
    if settings.database_url.get_backend_name() == "postgresql":
        return _served(settings)
    if settings.database_read_url is not None:
        raise SettingInvalid(
            "MOORING_DATABASE_READ_URL names a copy of PostgreSQL, and the database is SQLite."
        )
    return SqliteDatabase(embedded_file(settings.database_url))


def _served(settings: Settings) -> Database:
    if find_spec("asyncpg") is None:
        raise SettingInvalid(
            "MOORING_DATABASE_URL names PostgreSQL, and what Mooring reaches it with is not installed: "
            "pip install 'mooring[server,postgresql]'"
        )
    # Only now: asyncpg takes a tenth of a second to load, and need not be installed for SQLite.
    from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase  # noqa: PLC0415

    return PostgresqlDatabase(settings.database_url, replica=settings.database_read_url)


def embedded_file(url: URL) -> Path:
    """Return the file of the embedded database at ``url``.

    Raises:
        SettingInvalid: ``url`` names another kind of database.
    """
    if not is_embedded(url) or not url.database:
        raise SettingInvalid(f"MOORING_DATABASE_URL names {url.get_backend_name()}, and no file of SQLite.")
    return Path(url.database)

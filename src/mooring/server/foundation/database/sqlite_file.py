"""An SQLite file: how it is opened, and what the driver's errors mean."""

import sqlite3
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from mooring.server.foundation.database.port import DatabaseUnavailable, UniqueViolation


def _to_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


DIALECT: Final = SQLiteDialect_pysqlite(
    paramstyle="qmark", json_serializer=_to_json, json_deserializer=msgspec.json.decode
)

_PATIENCE_WHILE_OPENING: Final = 10.0  # seconds; another process may be recovering or migrating the file
_OUT_OF_ORDER: Final = {
    sqlite3.SQLITE_BUSY: "another process is writing to it",
    sqlite3.SQLITE_LOCKED: "another process is writing to it",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written",
    sqlite3.SQLITE_CANTOPEN: "its file cannot be opened",
    sqlite3.SQLITE_READONLY: "its file may not be written",
    sqlite3.SQLITE_PERM: "its file may not be opened",
    sqlite3.SQLITE_NOMEM: "there is not enough memory",
    sqlite3.SQLITE_PROTOCOL: "another process is writing to it",
    sqlite3.SQLITE_CORRUPT: "its file is damaged",
    sqlite3.SQLITE_NOTADB: "its file is not a database",
}
_NOT_UNIQUE: Final = {
    sqlite3.SQLITE_CONSTRAINT_UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
    sqlite3.SQLITE_CONSTRAINT_ROWID,
}


def connect(file: Path, *, create: bool = False, read_only: bool = False) -> sqlite3.Connection:
    """Open ``file``: write-ahead log, every commit synced to the disk, foreign keys enforced.

    The connection begins no transaction by itself, never blocks on another process's lock, and may pass from
    thread to thread.

    Raises:
        DatabaseUnavailable: the file is absent (unless ``create``), locked, or not a database.
    """
    mode = "rwc" if create else "rw"  # a reading connection, too, must be able to write the log's index
    try:
        connection = sqlite3.connect(
            f"{file.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=_PATIENCE_WHILE_OPENING,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=500,
        )
        try:
            for pragma in (
                "journal_mode = WAL",
                "synchronous = FULL",  # an acknowledged commit outlives a power cut
                "foreign_keys = ON",
                "cache_size = -32768",  # KiB
                "journal_size_limit = 67108864",  # the log shrinks again after a burst
                f"query_only = {'ON' if read_only else 'OFF'}",
                "busy_timeout = 0",
            ):
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise translated(error, file) from error
    return connection


def is_busy(error: sqlite3.Error) -> bool:
    """Tell whether ``error`` only means that another process holds the lock now."""
    return _primary_code(error) == sqlite3.SQLITE_BUSY


def translated(error: sqlite3.Error, file: Path | None = None) -> Exception:
    """Return what ``error`` is called at the port; a fault in our own SQL stays what it is."""
    if getattr(error, "sqlite_errorcode", None) in _NOT_UNIQUE:
        return UniqueViolation(str(error))
    why = _OUT_OF_ORDER.get(_primary_code(error))
    if why is None:
        return error
    return DatabaseUnavailable(f"The database {f'{file} ' if file else ''}cannot be used now: {why}.")


def _primary_code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF  # the rest is detail

"""One connection for upkeep: migrating, copying and examining a database, through SQLAlchemy.

What serves requests never comes this way: it is slow, and waits as long as an operator would.
"""

import asyncio
import importlib
import sqlite3
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeVar

import sqlalchemy
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool, StaticPool

from mooring.server.foundation.database.address import is_embedded, place_of
from mooring.server.foundation.database.port import DatabaseUnavailable, TransactionConflict
from mooring.server.foundation.database.sqlite_file import connect, translated
from mooring.server.foundation.settings import SettingInvalid

T = TypeVar("T")

APPLICATION: Final = "mooring upkeep"
"""What PostgreSQL's own lists call these connections."""
_CONNECT_SECONDS: Final = 15
_CONFLICTS: Final = {"55P03", "40P01", "40001"}
_WHY: Final = {
    "28000": "it does not let this user in",
    "28P01": "it does not know this user, or the password is wrong",
    "3D000": "there is no such database; make it with createdb",
    "25006": "it is a copy that can only be read; name the primary",
    "42501": "its user may not do this; give it the database as its owner",
    "53100": "its disk is full",
    "53300": "it has as many connections as it may have",
    "57014": "it took longer than was allowed",
    "57P01": "it was shut down",
    "57P02": "it crashed",
    "57P03": "it is starting or shutting down",
}


def driver() -> ModuleType:
    """Return ``asyncpg``, which only those need who use PostgreSQL.

    Raises:
        SettingInvalid: it is not installed, or what it needs to run under SQLAlchemy is not.
    """
    try:
        importlib.import_module("greenlet")
        return importlib.import_module("asyncpg")
    except ImportError as error:
        raise SettingInvalid(
            "MOORING_DATABASE_URL names PostgreSQL, which needs two more libraries. "
            "Install them: pip install 'mooring[server,postgresql]'"
        ) from error


def examine(url: URL, work: Callable[[Connection], T]) -> T:
    """Return what ``work`` finds in the database at ``url``, of which it sees one instant and may only read.

    Raises:
        DatabaseUnavailable: the database cannot be opened or read.
        SettingInvalid: it is PostgreSQL, and its library is not installed.
    """
    if is_embedded(url):
        file = Path(str(url.database))
        with (
            closing(connect(file, read_only=True)) as raw,
            embedded_errors(file),
            embedded_connection(raw) as connection,
        ):
            raw.execute("BEGIN")
            return work(connection)

    async def ask() -> T:
        async with postgresql_transaction(url, isolation="REPEATABLE READ", read_only=True) as connection:
            return await connection.run_sync(work)

    return asyncio.run(ask())


def embedded_connection(raw: Any) -> Connection:  # noqa: ANN401 - sqlite3's, whose life the caller keeps
    """Return SQLAlchemy's view of SQLite's ``raw``; closing it rolls back what was not committed."""
    return sqlalchemy.create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool).connect()


@contextmanager
def embedded_errors(file: Path) -> Iterator[None]:
    """Call SQLite's errors on ``file`` what they are called at the port, SQLAlchemy's wrapped ones too."""
    try:
        yield
    except sqlite3.Error as error:
        raise translated(error, file) from error
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise translated(error.orig, file) from error
        raise


@asynccontextmanager
async def postgresql_transaction(
    url: URL, *, isolation: str = "READ COMMITTED", read_only: bool = False
) -> AsyncIterator[AsyncConnection]:
    """Open one transaction at the PostgreSQL at ``url``, committed at the end unless something is raised.

    Raises:
        SettingInvalid: its library is not installed.
        TransactionConflict: another session kept what was needed; nothing was changed.
        DatabaseUnavailable: it cannot be reached, or does not allow this.
    """
    asyncpg = driver()
    # What PgBouncer must know of is set in the transaction: it refuses settings that come with a connection.
    dsn = url.difference_update_query(["pgbouncer"]).render_as_string(hide_password=False)
    several = "," in url.normalized_query.get("host", ("",))[0]
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: asyncpg.connect(
            dsn,
            timeout=_CONNECT_SECONDS,
            statement_cache_size=0,
            target_session_attrs="primary" if several else "any",
        ),
        connect_args={"prepared_statement_cache_size": 0, "prepared_statement_name_func": _unique_name},
        poolclass=NullPool,
    )
    with postgresql_errors(url):
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level=isolation, postgresql_readonly=read_only)
            async with connection.begin():
                await connection.exec_driver_sql(f"SET LOCAL application_name = '{APPLICATION}'")
                yield connection


@contextmanager
def postgresql_errors(url: URL) -> Iterator[None]:
    """Call PostgreSQL's errors what they are called at the port; a fault in our own SQL stays what it is."""
    asyncpg = driver()
    try:
        yield
    except asyncpg.exceptions.TargetServerAttributeNotMatched as error:
        raise DatabaseUnavailable(_sentence(url, "none of its servers takes changes")) from error
    except (OSError, asyncpg.InterfaceError) as error:
        why = getattr(error, "strerror", None) or str(error) or "it does not answer"
        if isinstance(error, ConnectionRefusedError):
            why = "nothing answers at this address"
        raise DatabaseUnavailable(_sentence(url, why)) from error
    except (DBAPIError, asyncpg.PostgresError) as error:
        state = getattr(getattr(error, "orig", error), "sqlstate", None) or ""
        if state in _CONFLICTS:
            raise TransactionConflict(_sentence(url, "another session keeps what is needed")) from error
        why = _WHY.get(state) or ("the connection broke" if state.startswith("08") else None)
        if why is None and not getattr(error, "connection_invalidated", False):
            raise
        raise DatabaseUnavailable(_sentence(url, why or "the connection broke")) from error


def _unique_name() -> str:
    """Return a name that no other connection uses: behind PgBouncer they share theirs."""
    return f"mooring_{uuid.uuid4().hex}"


def _sentence(url: URL, why: str) -> str:
    return f"The database {place_of(url)} cannot be used now: {why.rstrip('.')}."

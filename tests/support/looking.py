"""Looking into a server's database beside it: the same questions to SQLite and to PostgreSQL."""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, Self


class Look(Protocol):
    """An open database, seen from outside; any thread may ask, one at a time."""

    dialect: str

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what is committed; waits, even within a loop."""
        ...

    def tables(self) -> list[str]:
        """Return the names of all tables."""
        ...

    def hold_still(self) -> None:
        """Let all further questions be answered from one and the same moment."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_error: object) -> None: ...


class EmbeddedLook:
    """Looks into a file of SQLite."""

    dialect = "sqlite"

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, check_same_thread=False)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()

    def tables(self) -> list[str]:
        return [name for (name,) in self.query("SELECT name FROM sqlite_master WHERE type = 'table'")]

    def hold_still(self) -> None:
        self._connection.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._connection.close()


class ServedLook:
    """Looks into a database of PostgreSQL, from a thread with a loop of its own."""

    dialect = "postgresql"

    def __init__(self, url: str) -> None:
        import asyncpg

        self._loop = asyncio.new_event_loop()
        self._thread = ThreadPoolExecutor(1)
        try:
            self._connection = self._run(asyncpg.connect(url, ssl=False, loop=self._loop))
        except BaseException:
            self._end()
            raise

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        rows = self._run(self._connection.fetch(sql))
        return [tuple(row) for row in rows]

    def tables(self) -> list[str]:
        return [name for (name,) in self.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]

    def hold_still(self) -> None:
        self._run(self._connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._run(self._connection.close())
        self._end()

    def _end(self) -> None:
        self._thread.submit(self._loop.close).result()
        self._thread.shutdown()

    def _run(self, doing: Any) -> Any:
        return self._thread.submit(self._loop.run_until_complete, doing).result(60)

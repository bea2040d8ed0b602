"""Reading from PostgreSQL: each statement by itself, on whichever connection is free."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from mooring.server.foundation.database.port import DatabaseUnavailable, Row
from mooring.server.foundation.database.postgresql.connecting import PATIENCE, Begin, Connection
from mooring.server.foundation.database.postgresql.dialect import DIALECT
from mooring.server.foundation.database.postgresql.errors import MET, is_broken, translated
from mooring.server.foundation.database.postgresql.pool import Pool
from mooring.server.foundation.database.statement import Statement

T = TypeVar("T")
Cells: TypeAlias = Sequence[Any]
Run: TypeAlias = Callable[[Connection, str, Sequence[object]], Awaitable[T]]

_MOST_TRIES = 3


class Reading:
    """Implements the port's ``Session``."""

    __slots__ = ("_begin", "_pool")

    def __init__(self, pool: Pool, begin: Begin | None = None) -> None:
        """Read through ``pool``; with ``begin`` each statement in a transaction, as PgBouncer needs it."""
        self._pool = pool
        self._begin = begin

    async def fetch(self, statement: Statement, /, **values: object) -> list[Row]:
        """Run ``statement`` with ``values`` for its parameters and return all its rows."""
        compiled = statement.compiled(DIALECT)
        return compiled.rows(await self._run(fetch_all, *compiled.bind(values)))

    async def fetch_one(self, statement: Statement, /, **values: object) -> Row | None:
        """Return the first row, or none."""
        compiled = statement.compiled(DIALECT)
        first = await self._run(fetch_first, *compiled.bind(values))
        return None if first is None else compiled.rows([first])[0]

    async def _run(self, run: Run[T], sql: str, parameters: Sequence[object]) -> T:
        """Run a read, again if its connection turns out to be broken: reading twice is harmless."""
        tries = 0
        while True:
            tries += 1
            connection = await self._pool.take()
            try:
                found = await self._within(connection, run, sql, parameters)
            except MET as error:
                broken = is_broken(error)
                if isinstance(error, TimeoutError):
                    self._pool.drop_silent(connection, after=PATIENCE)
                elif broken:
                    self._pool.drop(connection)
                elif self._begin is None:
                    self._pool.give_back(connection)
                else:
                    self._pool.recover(connection)
                if not broken or tries == _MOST_TRIES:
                    raise _unavailable(translated(error)) from error
            except BaseException:
                self._pool.recover(connection)
                raise
            else:
                self._pool.give_back(connection)
                return found

    async def _within(self, connection: Connection, run: Run[T], sql: str, parameters: Sequence[object]) -> T:
        if self._begin is None:
            return await run(connection, sql, parameters)
        await connection.execute(self._begin.quick)
        found = await run(connection, sql, parameters)
        await connection.execute("COMMIT")
        return found


async def fetch_all(connection: Connection, sql: str, parameters: Sequence[object]) -> Sequence[Cells]:
    """Return all rows."""
    rows: Sequence[Cells] = await connection.fetch(sql, *parameters)
    return rows


async def fetch_first(connection: Connection, sql: str, parameters: Sequence[object]) -> Cells | None:
    """Return the first row, or none."""
    row: Cells | None = await connection.fetchrow(sql, *parameters)
    return row


def _unavailable(error: BaseException) -> BaseException:
    """Return ``error`` without its promise that trying again at once would help: that was done."""
    return DatabaseUnavailable(str(error)) if isinstance(error, DatabaseUnavailable) else error

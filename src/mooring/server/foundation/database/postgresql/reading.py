"""Reading from PostgreSQL: each statement by itself, on whichever connection is free."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any, Final, TypeAlias, TypeVar

from mooring.server.foundation.database.port import DatabaseUnavailable, Row
from mooring.server.foundation.database.postgresql.connecting import PATIENCE, Begin, Connection
from mooring.server.foundation.database.postgresql.dialect import DIALECT
from mooring.server.foundation.database.postgresql.errors import MET, is_broken, translated
from mooring.server.foundation.database.postgresql.pool import Pool
from mooring.server.foundation.database.statement import Lookup, Statement

T = TypeVar("T")
Cells: TypeAlias = Sequence[Any]
Run: TypeAlias = Callable[[Connection, str, Sequence[object]], Awaitable[T]]

_MOST_TRIES = 3
_MOST_AT_ONCE: Final = 256  # look-ups in one statement


class Reading:
    """Implements the port's ``Session``."""

    __slots__ = ("_begin", "_looking_up", "_pool")

    def __init__(self, pool: Pool, begin: Begin | None = None) -> None:
        """Read through ``pool``; with ``begin`` each statement in a transaction, as PgBouncer needs it."""
        self._pool = pool
        self._begin = begin
        self._looking_up: dict[Lookup, LookingUp] = {}

    async def fetch(self, statement: Statement, /, **values: object) -> list[Row]:
        """Run ``statement`` with ``values`` for its parameters and return all its rows."""
        compiled = statement.compiled(DIALECT)
        return compiled.rows(await self._run(fetch_all, *compiled.bind(values)))

    async def fetch_one(self, statement: Statement, /, **values: object) -> Row | None:
        """Return the first row, or none."""
        compiled = statement.compiled(DIALECT)
        first = await self._run(fetch_first, *compiled.bind(values))
        return None if first is None else compiled.rows([first])[0]

    async def look_up(self, lookup: Lookup, value: object, /) -> Row | None:
        """Return the row that ``lookup`` finds for ``value``, or none; read with what is asked meanwhile."""
        gathering = self._looking_up.get(lookup)
        if gathering is None:
            gathering = self._looking_up[lookup] = LookingUp(partial(self.fetch, lookup.many))
        return await gathering.find(value)

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


class LookingUp:
    """Look-ups of one kind that are asked in the same turn of the event loop: one statement reads for all.

    Most of what a read costs is the way to the server and back, on our side of it.
    """

    __slots__ = ("_fetch", "_reading", "_waiting")

    def __init__(self, fetch: Callable[..., Coroutine[Any, Any, list[Row]]]) -> None:
        """Read with ``fetch``, which takes the wanted ``values`` and returns rows that end with theirs."""
        self._fetch = fetch
        self._waiting: dict[object, asyncio.Future[Row | None]] = {}
        self._reading: set[asyncio.Task[None]] = set()

    async def find(self, value: object) -> Row | None:
        """Return the row for ``value``, or none."""
        found = self._waiting.get(value)
        if found is None:
            loop = asyncio.get_running_loop()
            if len(self._waiting) >= _MOST_AT_ONCE:
                self._begin(loop)
            if not self._waiting:
                loop.call_soon(self._begin, loop)
            found = self._waiting[value] = loop.create_future()
        return await asyncio.shield(found)  # others may wait for the same

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Read what waits; nothing may, where too many came in one turn."""
        waiting, self._waiting = self._waiting, {}
        if waiting:
            task = loop.create_task(self._read(waiting))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)

    async def _read(self, waiting: dict[object, asyncio.Future[Row | None]]) -> None:
        try:
            rows = await self._fetch(values=list(waiting))
        except Exception as error:  # noqa: BLE001 - each of its callers gets it
            for found in waiting.values():
                found.set_exception(error)
                found.exception()  # who asked may have gone
            return
        by_value = {row.looked_up: row for row in rows}
        for value, found in waiting.items():
            found.set_result(by_value.get(value))


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

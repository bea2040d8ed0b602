"""A transaction on PostgreSQL: begun, committed or undone on one connection that it has to itself."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import TypeVar

from mooring.server.foundation.database.conflicts import may_hurry
from mooring.server.foundation.database.port import DatabaseUnavailable, Hurried, Row
from mooring.server.foundation.database.postgresql.connecting import HURRY, Connection
from mooring.server.foundation.database.postgresql.dialect import DIALECT
from mooring.server.foundation.database.postgresql.errors import (
    LOCKED,
    MET,
    is_broken,
    translated,
    translated_at_commit,
)
from mooring.server.foundation.database.postgresql.filling import changing, columns, fill, filling
from mooring.server.foundation.database.postgresql.gathering import Gathered
from mooring.server.foundation.database.postgresql.pool import Pool
from mooring.server.foundation.database.postgresql.reading import fetch_all, fetch_first
from mooring.server.foundation.database.statement import Lookup, Statement

T = TypeVar("T")


class Transaction:
    """Implements the port's ``Transaction``."""

    __slots__ = ("_connection", "_gathered", "_hurried", "_refusal", "is_broken")

    def __init__(self, connection: Connection, *, hurried: bool = False) -> None:
        self._connection = connection
        self._hurried = hurried
        self._gathered = Gathered()
        self._refusal: BaseException | None = None
        self.is_broken = False

    async def fetch(self, statement: Statement, /, **values: object) -> list[Row]:
        """Run ``statement`` with ``values`` for its parameters and return all its rows."""
        await self._make_way(statement)
        compiled = statement.compiled(DIALECT)
        sql, parameters = compiled.bind(values)
        return compiled.rows(await self._met(fetch_all(self._allowed(), sql, parameters)))

    async def fetch_one(self, statement: Statement, /, **values: object) -> Row | None:
        """Return the first row, or none."""
        await self._make_way(statement)
        compiled = statement.compiled(DIALECT)
        sql, parameters = compiled.bind(values)
        first = await self._met(fetch_first(self._allowed(), sql, parameters))
        return None if first is None else compiled.rows([first])[0]

    async def look_up(self, lookup: Lookup, value: object, /) -> Row | None:
        """Return the row that ``lookup`` finds for ``value``, or none."""
        return await self.fetch_one(lookup.one, value=value)

    async def lock(self, statement: Statement, /, **values: object) -> list[Row] | None:
        """Let nobody else change the rows that ``statement`` selects ``with_for_update``; return them."""
        return await self.fetch(statement, **values)

    async def execute(self, statement: Statement, /, **values: object) -> int:
        """Run ``statement`` and return how many rows it changed."""
        await self._make_way(statement)
        sql, parameters = self._gathered.together_with(*statement.compiled(DIALECT).bind(values))
        return await self._met(_change(self._allowed(), sql, parameters))

    async def execute_many(self, statement: Statement, rows: Iterable[Mapping[str, object]], /) -> None:
        """Run ``statement`` once for each of ``rows``."""
        await self.settle()
        sql, parameters = statement.compiled(DIALECT).bind_each(rows)
        together = filling(sql)
        if together is None:
            await self._met(self._allowed().executemany(sql, parameters))
        else:
            await self._met(fill(self._allowed(), together, parameters))

    async def later(self, statement: Statement, /, *rows: Mapping[str, object]) -> None:
        """Run ``statement`` for each of ``rows``, together with what comes next."""
        compiled = statement.compiled(DIALECT)
        if len(rows) > 1:
            sql, parameters = compiled.bind_each(rows)
            together = filling(sql) or changing(sql)
            if together is not None:
                await self._make_way(statement)
                self._gathered.add(statement, together, columns(parameters))
                return
        for row in rows:
            await self._make_way(statement)
            self._gathered.add(statement, *compiled.bind(row))

    async def settle(self) -> None:
        """Run what still waits to be run."""
        if self._gathered:
            sql, parameters = self._gathered.all()
            await self._met(self._allowed().execute(sql, *parameters))

    async def _make_way(self, statement: Statement) -> None:
        if not self._gathered.takes(statement):
            await self.settle()

    def end(self) -> BaseException | None:
        """Refuse whatever is asked from now on; return what was met inside, even where the caller went on."""
        met, self._refusal = self._refusal, RuntimeError("this transaction has ended")
        return met

    def _allowed(self) -> Connection:
        # PostgreSQL answers nothing more in a transaction in which a statement failed.
        if self._refusal is not None:
            raise self._refusal
        return self._connection

    async def _met(self, doing: Awaitable[T]) -> T:
        try:
            return await doing
        except MET as error:
            self.is_broken = self._connection.is_closed() or is_broken(error)
            self._refusal = _conflict(error, hurried=self._hurried)
            raise self._refusal from error


class OpenTransaction:
    """The block in which a transaction runs."""

    __slots__ = (
        "_begin",
        "_connection",
        "_hurried",
        "_hurries",
        "_inside",
        "_patience",
        "_pool",
        "_task",
        "_transaction",
    )

    def __init__(
        self,
        pool: Pool,
        begin: str,
        inside: set[asyncio.Task[object]],
        *,
        patience: float,
        hurries: bool = False,
    ) -> None:
        """Open a transaction on a connection of ``pool`` with ``begin``; ``inside`` are the tasks that do.

        A connection on which it has not begun after ``patience`` seconds counts as lost. One that ``hurries``
        may be hurried whoever asks.
        """
        self._pool = pool
        self._begin = begin
        self._patience = patience
        self._inside = inside
        self._hurries = hurries
        self._task: asyncio.Task[object] | None = None

    async def __aenter__(self) -> Transaction:
        task = asyncio.current_task()
        if task in self._inside:
            raise RuntimeError("this task is in a transaction already, and would wait for itself")
        self._hurried = await self._pool.lanes.enter(may_hurry=self._hurries or may_hurry())
        try:
            self._connection = await self._begun()
        except BaseException:
            self._pool.lanes.leave(self._hurried)
            raise
        self._transaction = Transaction(self._connection, hurried=self._hurried)
        if task is not None:
            self._task = task
            self._inside.add(task)
        return self._transaction

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._task is not None:
            self._inside.discard(self._task)
        try:
            await self._end(error)
        finally:
            self._pool.lanes.leave(self._hurried)

    async def _end(self, error: BaseException | None) -> None:
        late = None
        if error is None:
            error = late = await self._settled()
        met = self._transaction.end()
        if self._transaction.is_broken:
            self._pool.drop(self._connection)
        elif error is not None and not isinstance(error, Exception):
            self._pool.recover(self._connection)  # it was cancelled: who waits for it waits no longer
        elif error is not None or met is not None:
            await self._finish("ROLLBACK")
        else:
            await self._commit()
        if late is not None:
            raise late
        if error is None and met is not None:
            raise met

    async def _settled(self) -> BaseException | None:
        """Run what was put off to the end; return what was met."""
        try:
            await self._transaction.settle()
        except BaseException as error:  # noqa: BLE001 - even cancelled, the connection must be given back
            return error
        return None

    async def _begun(self) -> Connection:
        """Return a connection on which the transaction has begun, passing over those that turn out broken."""
        passed_over = 0
        begin = self._begin + HURRY if self._hurried else self._begin
        while True:
            connection = await self._pool.take()
            try:
                await connection.execute(begin, timeout=self._patience)
            except MET as error:
                if not is_broken(error):
                    self._pool.recover(connection)
                    raise _conflict(error, hurried=self._hurried) from error
                if isinstance(error, TimeoutError):
                    self._pool.drop_silent(connection, after=self._patience)
                else:
                    self._pool.drop(connection)
                passed_over += 1
                if passed_over > self._pool.size:
                    raise translated(error) from error
            except BaseException:
                self._pool.recover(connection)
                raise
            else:
                return connection

    async def _commit(self) -> None:
        try:
            status = await self._finish("COMMIT")
        except MET as error:
            raise translated_at_commit(error) from error
        if status != "COMMIT":
            raise DatabaseUnavailable("The database undid a transaction that was to be committed.")

    async def _finish(self, how: str) -> str:
        """End the transaction, and give its connection back."""
        try:
            status: str = await self._connection.execute(how)
        except MET as error:
            (self._pool.drop if is_broken(error) else self._pool.recover)(self._connection)
            if how == "COMMIT":
                raise
            return how  # undone all the same, with its connection
        except BaseException:
            self._pool.recover(self._connection)
            raise
        self._pool.give_back(self._connection)
        return status


def _conflict(error: BaseException, *, hurried: bool) -> BaseException:
    """Return what ``error`` is called at the port, met by a transaction that was ``hurried`` or not."""
    if hurried and getattr(error, "sqlstate", None) == LOCKED:
        return Hurried("Another transaction holds what it needs, and it was in a hurry.")
    return translated(error)


async def _change(connection: Connection, sql: str, parameters: Sequence[object]) -> int:
    status: str = await connection.execute(sql, *parameters)
    return int(status.rpartition(" ")[2])

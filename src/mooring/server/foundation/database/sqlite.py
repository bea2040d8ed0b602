"""The embedded database: SQLite with one writer, reads on the event loop, and group commit.

A commit costs a sync of the disk, which takes longer than all the rest. So the transactions that are ready
together share one: each runs in a savepoint of the same SQLite transaction, and each is told only when that
is durable. While a batch is being committed in a worker thread the loop goes on, and the next batch gathers.

Transactions take turns on the writing connection, because savepoints nest and cannot be interleaved. A commit
takes its turn in the same queue: a batch is what was ready when its commit was queued, so nobody waits long.
"""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

from mooring.server.foundation.database.port import DatabaseUnavailable, Row, Session, Transaction
from mooring.server.foundation.database.sqlite_file import DIALECT, connect, is_busy, translated
from mooring.server.foundation.database.statement import Lookup, Statement

P = TypeVar("P")
T = TypeVar("T")
Parameters: TypeAlias = Sequence[Any]
_TO_WRITE: Final = (
    # What a savepoint may have to undo is kept in memory: beyond 64 KiB, which one activation passes, SQLite
    # would write each page that it changes to a file first.
    "temp_store = MEMORY",
    # Pages (32 MiB): each time the log is carried into the file, pages that many have changed since are
    # written once, and the file is synced.
    "wal_autocheckpoint = 8000",
)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.001, 0.02  # seconds between two tries for another process's lock


class SqliteDatabase:
    """A database in one file, for one event loop. Other processes may use the file at the same time."""

    dialect: Final = "sqlite"

    def __init__(self, file: Path, *, patience: float = 10.0) -> None:
        """Open ``file``, which must exist; wait up to ``patience`` seconds for other processes' writes.

        Raises:
            DatabaseUnavailable: the file cannot be opened.
        """
        self._patience = patience
        self._writer = connect(file)
        for pragma in _TO_WRITE:
            self._writer.execute(f"PRAGMA {pragma}")
        self._reader = connect(file, read_only=True)
        self._reading = _Session(self._reader)
        self._commits = ThreadPoolExecutor(1, thread_name_prefix="mooring-commit")
        self._batch: _Batch | None = None
        self._queue: deque[asyncio.Future[None] | None] = deque()  # who waits for a turn; None: the commit
        self._taken = False
        self._holder: asyncio.Task[object] | None = None
        self._closed = False

    def reading(self, *, stale: bool = False) -> AbstractAsyncContextManager[Session]:
        """Open a session that sees what is committed; there is no copy of it that could be ``stale``."""
        return nullcontext(self._reading)

    @asynccontextmanager
    async def transaction(
        self, *, durable: bool = True, turns: Sequence[int] = (), waits: bool = True
    ) -> AsyncIterator[Transaction]:
        """Open a transaction; see the port. It is always durable: one that shares a commit costs little."""
        if self._closed:
            raise DatabaseUnavailable("The database is closed.")
        give_up_at = time.monotonic() + self._patience
        await self._take_turn()
        try:
            batch = self._batch or await self._begin(give_up_at)
            transaction = _Transaction(self._writer)
            try:
                self._writer.execute("SAVEPOINT use_case")
                yield transaction
                transaction.end()
                self._writer.execute("RELEASE use_case")
            except BaseException:
                self._undo(batch)
                raise
            committed = batch.join()
        finally:
            self._pass_turn()
        await committed

    async def at_once(self, statement: Statement, /, **values: object) -> list[Row]:
        """Run ``statement`` as a transaction of its own; see the port."""
        async with self.transaction() as transaction:
            return await transaction.fetch(statement, **values)

    async def close(self) -> None:
        """Finish what is being committed and close the file; whoever asks afterwards is refused."""
        if self._closed:
            return
        self._closed = True
        await self._take_turn()  # after those that wait already
        if self._batch is not None:
            durable = self._batch.join()
            self._pass_turn()
            await asyncio.gather(durable, return_exceptions=True)
        self._commits.shutdown()
        self._reader.close()
        self._writer.close()

    async def _take_turn(self) -> None:
        task = asyncio.current_task()
        if task is not None and task is self._holder:
            raise RuntimeError("this task is in a transaction already, and would wait for itself")
        if self._taken:
            turn = asyncio.get_running_loop().create_future()
            self._queue.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():  # it was ours already: hand it on
                    self._pass_turn()
                raise
        self._taken = True
        self._holder = task

    def _pass_turn(self) -> None:
        """Give the turn to whoever is next: a transaction, or the commit of those that are done."""
        self._holder = None
        while self._queue:
            turn = self._queue.popleft()
            if turn is None:
                if self._start_commit():
                    return
            elif not turn.done():
                turn.set_result(None)
                return
        self._taken = False

    async def _begin(self, give_up_at: float) -> "_Batch":
        """Open the SQLite transaction that a batch shares, as soon as no other process is writing."""
        pause = _FIRST_PAUSE
        while True:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                break
            except sqlite3.Error as error:
                if not is_busy(error) or time.monotonic() >= give_up_at:
                    raise translated(error) from error
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        self._batch = _Batch()
        # Not at once: those that are ready to run in this round of the loop join first.
        asyncio.get_running_loop().call_soon(self._queue_commit)
        return self._batch

    def _queue_commit(self) -> None:
        self._queue.append(None)
        if not self._taken:
            self._taken = True
            self._pass_turn()

    def _start_commit(self) -> bool:
        """Commit the open batch in the worker thread; return whether there is one."""
        batch, self._batch = self._batch, None
        if batch is None:
            return False
        if batch.is_empty:  # all its transactions were undone
            self._rollback()
            return False
        work = asyncio.get_running_loop().run_in_executor(self._commits, self._writer.execute, "COMMIT")
        work.add_done_callback(partial(self._committed, batch))
        return True

    def _committed(self, batch: "_Batch", work: asyncio.Future[sqlite3.Cursor]) -> None:
        error = work.exception()
        if error is None:
            batch.succeed()
        else:
            self._give_up(batch, error)
        self._pass_turn()

    def _undo(self, batch: "_Batch") -> None:
        """Undo the transaction that holds the turn, and only that where SQLite lets us."""
        try:
            self._writer.execute("ROLLBACK TO use_case")
            self._writer.execute("RELEASE use_case")
        except sqlite3.Error as error:
            # On a full disk or an I/O error SQLite may have rolled back everything, savepoints and all.
            self._batch = None
            self._give_up(batch, error)

    def _give_up(self, batch: "_Batch", error: BaseException) -> None:
        self._rollback()
        batch.fail(error)

    def _rollback(self) -> None:
        with suppress(sqlite3.Error):  # none is open where SQLite has rolled back by itself
            self._writer.execute("ROLLBACK")


class _Batch:
    """Transactions that become durable together."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def is_empty(self) -> bool:
        return not self._waiting

    def join(self) -> asyncio.Future[None]:
        """Return what is done once the batch is durable. Each has its own, so that one may be cancelled."""
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(durable)
        return durable

    def succeed(self) -> None:
        for durable in self._waiting:
            if not durable.done():
                durable.set_result(None)

    def fail(self, error: BaseException) -> None:
        known = translated(error) if isinstance(error, sqlite3.Error) else error
        for durable in self._waiting:
            if not durable.done():
                durable.set_exception(DatabaseUnavailable(str(known)))


class _Session:
    """Reads on one connection."""

    __slots__ = ("_connection",)

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def fetch(self, statement: Statement, /, **values: object) -> list[Row]:
        compiled = statement.compiled(DIALECT)
        return compiled.rows(self._run(_fetch_all, *compiled.bind(values)))

    async def fetch_one(self, statement: Statement, /, **values: object) -> Row | None:
        compiled = statement.compiled(DIALECT)
        first = self._run(_fetch_first, *compiled.bind(values))
        return None if first is None else compiled.rows([first])[0]

    async def look_up(self, lookup: Lookup, value: object, /) -> Row | None:
        return await self.fetch_one(lookup.one, value=value)

    def _run(self, run: Callable[[sqlite3.Connection, str, P], T], sql: str, parameters: P) -> T:
        try:
            return run(self._connection, sql, parameters)
        except sqlite3.Error as error:
            raise translated(error) from error


class _Transaction(_Session):
    """Reads and writes of the one transaction that holds the turn."""

    __slots__ = ("_refusal",)

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._refusal: Exception | None = None

    async def lock(self, statement: Statement, /, **values: object) -> None:
        """Do nothing: there is one transaction at a time."""

    async def execute(self, statement: Statement, /, **values: object) -> int:
        return self._run(_change, *statement.compiled(DIALECT).bind(values))

    async def execute_many(self, statement: Statement, rows: Iterable[Mapping[str, object]], /) -> None:
        self._run(_run_each, *statement.compiled(DIALECT).bind_each(rows))

    async def later(self, statement: Statement, /, *rows: Mapping[str, object]) -> None:
        """Run it now: it takes no way to anywhere."""
        await self.execute_many(statement, rows)

    def end(self) -> None:
        """Refuse whatever is asked from now on.

        Raises:
            DatabaseUnavailable: it was met inside, even where the caller went on.
        """
        if self._refusal is not None:
            raise self._refusal
        self._refusal = RuntimeError("this transaction has ended")

    def _run(self, run: Callable[[sqlite3.Connection, str, P], T], sql: str, parameters: P) -> T:
        # When it failed SQLite may have rolled back everything: what ran now would be committed at once.
        if self._refusal is not None:
            raise self._refusal
        try:
            return super()._run(run, sql, parameters)
        except DatabaseUnavailable as error:
            self._refusal = error
            raise


def _fetch_all(connection: sqlite3.Connection, sql: str, parameters: Parameters) -> list[tuple[object, ...]]:
    return connection.execute(sql, parameters).fetchall()


def _fetch_first(
    connection: sqlite3.Connection, sql: str, parameters: Parameters
) -> tuple[object, ...] | None:
    cursor = connection.execute(sql, parameters)
    row: tuple[object, ...] | None = cursor.fetchone()
    cursor.close()  # an unfinished statement would go on seeing the state it began with
    return row


def _change(connection: sqlite3.Connection, sql: str, parameters: Parameters) -> int:
    return connection.execute(sql, parameters).rowcount


def _run_each(connection: sqlite3.Connection, sql: str, rows: Iterator[Parameters]) -> None:
    connection.executemany(sql, rows)

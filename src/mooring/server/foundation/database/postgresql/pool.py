"""A pool of connections: at most so many, made when they are needed, and given in the order of asking."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.postgresql.connecting import Connection
from mooring.server.foundation.database.postgresql.errors import MET
from mooring.server.foundation.database.postgresql.lanes import Lanes

STALE_AFTER: Final = 300.0
"""Seconds after which an unused connection is closed: what lies between may have forgotten it."""

_RECOVERY_PATIENCE = 5.0  # seconds for a cancelled statement to end and its transaction to be undone


class Pool:
    """Connections to one server, for one event loop."""

    def __init__(
        self,
        connect: Callable[[], Awaitable[Connection]],
        size: int,
        *,
        reserve: int = 0,
        patience: float,
    ) -> None:
        """Keep at most ``size`` connections; whoever waits for one gives up after ``patience`` seconds.

        Of those who come by ``lanes``, ``reserve`` are hurried.
        """
        self.lanes = Lanes(size, reserve, patience=patience)
        self._connect = connect
        self._size = size
        self._patience = patience
        self._idle: list[tuple[Connection, float]] = []  # the one used last is at the end
        self._open = 0  # connections and places for one, idle or in use
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()  # None: a place, to connect oneself
        self._recovering: set[asyncio.Task[None]] = set()
        self._emptied: asyncio.Future[None] | None = None
        self.beside: tuple[Pool, ...] = ()
        """Other pools of connections to the same server."""

    @property
    def size(self) -> int:
        """The most connections there can be."""
        return self._size

    @property
    def open(self) -> int:
        """How many connections there are, idle or in use."""
        return self._open

    async def take(self) -> Connection:
        """Return a connection that nobody uses; give it back with ``give_back``, ``drop`` or ``recover``.

        Raises:
            DatabaseUnavailable: the server cannot be reached, or all connections were in use for too long.
        """
        now = time.monotonic()
        while self._idle:
            connection, since = self._idle.pop()
            if not connection.is_closed() and now - since < STALE_AFTER:
                return connection
            self.drop(connection)
        if self._open < self._size:
            self._open += 1
            return await self._made()
        return await self._turn() or await self._made()

    def give_back(self, connection: Connection) -> None:
        """Let the next one who waits have ``connection``, or keep it."""
        if connection.is_closed():
            self.drop(connection)
            return
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return
        self._idle.append((connection, time.monotonic()))
        self._tell_if_unused()

    def drop(self, connection: Connection) -> None:
        """Close ``connection`` at once; its place is free for another."""
        connection.terminate()
        self._free_place()

    def drop_silent(self, connection: Connection, *, after: float) -> None:
        """Close ``connection``, on which nothing came back for ``after`` seconds.

        Those that were used last before lead to the same silence: each of them would cost as much again.
        """
        self.drop(connection)
        silent_since = time.monotonic() - after
        for pool in (self, *self.beside):
            pool.drop_unused(silent_since)

    def drop_unused(self, since: float) -> None:
        """Close the idle connections that nobody used ``since`` then."""
        unused = [connection for connection, used in self._idle if used <= since]
        self._idle = [each for each in self._idle if each[1] > since]
        for connection in unused:
            self.drop(connection)

    def recover(self, connection: Connection) -> None:
        """Take ``connection`` back from a task that was cancelled and can wait for nothing.

        The server is told to stop what it does for it, and its transaction is undone; meanwhile the
        connection keeps its place. One that does not come round is dropped.
        """
        task = asyncio.get_running_loop().create_task(self._recovered(connection))
        self._recovering.add(task)
        task.add_done_callback(self._recovering.discard)

    async def close(self) -> None:
        """Wait until every connection was given back, and close them. Nothing may be taken afterwards."""
        await self.lanes.close()
        if self._in_use or self._waiting:
            self._emptied = asyncio.get_running_loop().create_future()
            await self._emptied
        while self._idle:
            connection, _ = self._idle.pop()
            self._open -= 1
            with contextlib.suppress(*MET):
                await connection.close(timeout=_RECOVERY_PATIENCE)

    @property
    def _in_use(self) -> int:
        return self._open - len(self._idle)

    async def _made(self) -> Connection:
        """Return a new connection, in the place that was taken for it."""
        try:
            return await self._connect()
        except BaseException:
            self._free_place()
            raise

    async def _turn(self) -> Connection | None:
        turn: asyncio.Future[Connection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self._patience):
                return await turn
        except TimeoutError:
            self._hand_on(turn)
            raise DatabaseUnavailable("The database cannot be used now: too much is asked of it.") from None
        except asyncio.CancelledError:
            self._hand_on(turn)
            raise

    def _hand_on(self, turn: asyncio.Future[Connection | None]) -> None:
        """Pass on what ``turn`` was given just before whoever waited for it went away."""
        if not turn.done() or turn.cancelled():
            return
        connection = turn.result()
        if connection is None:
            self._free_place()
        else:
            self.give_back(connection)

    def _free_place(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._open -= 1
        self._tell_if_unused()

    def _tell_if_unused(self) -> None:
        if self._emptied is not None and not self._emptied.done() and not self._in_use:
            self._emptied.set_result(None)

    async def _recovered(self, connection: Connection) -> None:
        try:
            await connection.execute("ROLLBACK", timeout=_RECOVERY_PATIENCE)
        except MET:
            self.drop(connection)
        except BaseException:  # the loop is being closed
            self.drop(connection)
            raise
        else:
            self.give_back(connection)

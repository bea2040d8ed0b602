"""A PostgreSQL database: connections to read with, others to change with, maybe a replica to read from."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy.engine import URL

from mooring.server.foundation.database.port import DatabaseUnavailable, Row, Session
from mooring.server.foundation.database.postgresql.at_once import AtOnce
from mooring.server.foundation.database.postgresql.connecting import TRIED_TURNS, TURNS, Server
from mooring.server.foundation.database.postgresql.pool import Pool
from mooring.server.foundation.database.postgresql.reading import Reading
from mooring.server.foundation.database.postgresql.replica import Replica
from mooring.server.foundation.database.postgresql.transaction import OpenTransaction
from mooring.server.foundation.database.statement import Statement

if TYPE_CHECKING:
    import asyncio

WRITING: Final = 8
READING: Final = 4
"""Connections of one process: of so many workers, a server with the usual 100 connections carries seven."""
RESERVE: Final = 3
"""Connections to change with on which nobody waits long for a row: one that is held leaves others room."""


class PostgresqlDatabase:
    """Implements the port's ``Database``, for one event loop; nothing is opened before it is needed.

    Reads have connections of their own. So a read, which may be asked for inside a transaction, never waits
    for one; and a queue at one license's row delays no validation.
    """

    dialect: Final = "postgresql"

    def __init__(
        self,
        url: URL,
        *,
        replica: URL | None = None,
        writing: int = WRITING,
        reading: int = READING,
        patience: float = 10.0,
    ) -> None:
        """Use the database at ``url``, and the one at ``replica`` for what may be stale.

        Whoever finds all connections in use waits for ``patience`` seconds.
        """
        server = Server(url)
        self._begin = server.begin
        reserve = writing * RESERVE // WRITING
        self._writing = Pool(
            partial(server.connect, read_only=False), writing, reserve=reserve, patience=patience
        )
        pool = Pool(partial(server.connect, read_only=True), reading, patience=patience)
        self._reading = Reading(pool, server.begin if server.pooled else None)
        self._pools = [self._writing, pool]
        self._writing.beside, pool.beside = (pool,), (self._writing,)
        self._stale: Session = self._reading
        if replica is not None:
            copy = Server(replica, replica=True)
            pool = Pool(partial(copy.connect, read_only=True), reading, patience=patience)
            self._pools.append(pool)
            self._stale = Replica(Reading(pool, copy.begin if copy.pooled else None), self._reading)
        self._inside: set[asyncio.Task[object]] = set()
        self._at_once = AtOnce(self._writing, self.transaction if server.pooled else None)
        self._closed = False

    def reading(self, *, stale: bool = False) -> AbstractAsyncContextManager[Session]:
        """Open a session that sees what is committed; see the port."""
        return nullcontext(self._stale if stale else self._reading)

    def transaction(
        self, *, durable: bool = True, turns: Sequence[int] = (), waits: bool = True
    ) -> OpenTransaction:
        """Open a transaction; see the port."""
        if self._closed:
            raise DatabaseUnavailable("The database is closed.")
        begin = self._begin.durable if durable else self._begin.quick
        if turns:
            begin += (TURNS if waits else TRIED_TURNS).format(turns=",".join(map(str, turns)))
        patience = self._begin.patience
        return OpenTransaction(self._writing, begin, self._inside, patience=patience, hurries=not waits)

    async def at_once(self, statement: Statement, /, **values: object) -> list[Row]:
        """Run ``statement`` as a transaction of its own; see the port."""
        if self._closed:
            raise DatabaseUnavailable("The database is closed.")
        return await self._at_once(statement, **values)

    async def close(self) -> None:
        """Finish what was asked and close every connection; whoever asks afterwards is refused."""
        self._closed = True
        for pool in self._pools:
            await pool.close()

"""A statement that is a transaction of its own: one way to the server and back instead of three."""

from collections.abc import Callable, Sequence

from mooring.server.foundation.database.port import Row
from mooring.server.foundation.database.postgresql.connecting import PATIENCE, Connection
from mooring.server.foundation.database.postgresql.dialect import DIALECT
from mooring.server.foundation.database.postgresql.errors import MET, is_broken, translated_at_commit
from mooring.server.foundation.database.postgresql.pool import Pool
from mooring.server.foundation.database.postgresql.reading import Cells, fetch_all
from mooring.server.foundation.database.postgresql.transaction import OpenTransaction
from mooring.server.foundation.database.statement import Statement


class AtOnce:
    """Runs single statements on whichever connection is free. None is run again by itself: it may be done."""

    __slots__ = ("_pool", "_transaction")

    def __init__(self, pool: Pool, transaction: Callable[[], OpenTransaction] | None = None) -> None:
        """Run on connections of ``pool``; or in a ``transaction`` after all, as PgBouncer needs it."""
        self._pool = pool
        self._transaction = transaction

    async def __call__(self, statement: Statement, /, **values: object) -> list[Row]:
        """Run ``statement`` with ``values`` for its parameters and return its rows; see the port."""
        if self._transaction is not None:
            async with self._transaction() as transaction:
                return await transaction.fetch(statement, **values)
        compiled = statement.compiled(DIALECT)
        return compiled.rows(await self._run(*compiled.bind(values)))

    async def _run(self, sql: str, parameters: Sequence[object]) -> Sequence[Cells]:
        connection = await self._pool.take()
        try:
            found = await fetch_all(connection, sql, parameters)
        except MET as error:
            self._leave(connection, error)
            raise translated_at_commit(error) from error
        except BaseException:
            self._pool.recover(connection)
            raise
        self._pool.give_back(connection)
        return found

    def _leave(self, connection: Connection, error: BaseException) -> None:
        if isinstance(error, TimeoutError):
            self._pool.drop_silent(connection, after=PATIENCE)
        elif is_broken(error):
            self._pool.drop(connection)
        else:
            self._pool.give_back(connection)

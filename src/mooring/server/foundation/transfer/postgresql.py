"""PostgreSQL as one end of a transfer: rows by COPY, everything in one transaction."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from mooring.server.foundation.backups.copying import DatabaseInUse
from mooring.server.foundation.database.maintenance import APPLICATION, driver
from mooring.server.foundation.migrations.revisions import OF_MIGRATING
from mooring.server.foundation.transfer.rows import Row, Shape
from mooring.server.foundation.transfer.transferring import TargetFilled, TransferRefused

BATCH: Final = 5_000
_OTHERS: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND application_name LIKE 'mooring%' AND application_name <> $1"
)


class PostgresqlEnd:
    """Rows of a PostgreSQL connection that is in a transaction."""

    def __init__(self, connection: AsyncConnection, raw: Any) -> None:  # noqa: ANN401 - asyncpg's connection
        self._connection = connection
        self._raw = raw

    @classmethod
    async def of(cls, connection: AsyncConnection) -> "PostgresqlEnd":
        """Return the end at ``connection``."""
        return cls(connection, (await connection.get_raw_connection()).driver_connection)

    async def count(self, shape: Shape) -> int:
        """Return how many rows a table has."""
        return int(await self._raw.fetchval(f'SELECT count(*) FROM "{shape.name}"'))  # noqa: S608

    async def batches(self, shape: Shape) -> AsyncIterator[Sequence[Row]]:
        """Give all rows of a table."""
        columns = ", ".join(
            f'"{column}"::text' if place in shape.documents else f'"{column}"'
            for place, column in enumerate(shape.columns)
        )
        cursor = await self._raw.cursor(f'SELECT {columns} FROM "{shape.name}"')  # noqa: S608
        while rows := await cursor.fetch(BATCH):
            yield [tuple(row) for row in rows]

    async def take(self, shape: Shape, rows: Sequence[Row]) -> None:
        """Add ``rows`` to a table.

        Raises:
            TransferRefused: a value does not fit, which SQLite did not mind.
        """
        asyncpg = driver()
        try:
            await self._raw.copy_records_to_table(shape.name, records=rows, columns=shape.columns)
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
            why = str(error).splitlines()[0].rstrip(".")
            raise TransferRefused(
                f"PostgreSQL cannot take a row of the table {shape.name}: {why}.",
                "Correct that row where it comes from, then run this again.",
            ) from error

    async def require_empty(self, shapes: Sequence[Shape]) -> None:
        """Keep others from writing, and check that no table has a row.

        Raises:
            TargetFilled: one has.
        """
        names = ", ".join(f'"{shape.name}"' for shape in shapes)
        await self._raw.execute(f"LOCK TABLE {names} IN EXCLUSIVE MODE")
        if filled := await self._filled([shape.name for shape in shapes]):
            raise _not_empty(filled)

    async def make_room(self, names: Sequence[str], *, set_aside_as: str | None, keep_empty: bool) -> bool:
        """Have the tables ``names`` out of the way; return whether they were set aside in their own schema.

        Where they are empty they stay if ``keep_empty``, else they are removed.

        Raises:
            TargetFilled: there are rows, and they are not to be set aside.
            DatabaseInUse: a server uses them.
        """
        filled = await self._filled([name for name in names if name not in OF_MIGRATING])
        if filled and set_aside_as is None:
            raise _not_empty(filled)
        if keep_empty and not filled:
            return False
        await self.require_unused()
        if filled:
            await self._raw.execute(f'CREATE SCHEMA "{set_aside_as}"')
        for name in names:
            await self._raw.execute(
                f'ALTER TABLE "{name}" SET SCHEMA "{set_aside_as}"'
                if filled
                else f'DROP TABLE "{name}" CASCADE'
            )
        return bool(filled)

    async def require_unused(self) -> None:
        """Check that no server is connected.

        Raises:
            DatabaseInUse: one is.
        """
        if await self._raw.fetchval(_OTHERS, APPLICATION):
            raise DatabaseInUse("A server is connected to the database.")

    async def finish(self) -> None:
        """Tell the planner what is in the tables now, as it would find out by itself only later."""
        await self._raw.execute("ANALYZE")

    async def _filled(self, names: Sequence[str]) -> list[str]:
        return [
            name
            for name in names
            if await self._raw.fetchval(f'SELECT EXISTS (SELECT FROM "{name}")')  # noqa: S608
        ]


def _not_empty(filled: Sequence[str]) -> TargetFilled:
    return TargetFilled(
        f"The database is not empty: there are rows in {', '.join(filled)}.",
        "Name an empty one, such as a new one: createdb NAME",
    )


def set_aside_name(at: datetime) -> str:
    """Return the name of the schema that keeps what was replaced at ``at``."""
    return f"replaced_{at:%Y%m%dt%H%M%Sz}"

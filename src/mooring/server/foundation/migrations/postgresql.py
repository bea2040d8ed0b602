"""Migrating PostgreSQL while others use it: one at a time, nothing for long, all of it or nothing.

A step that changes a table waits for those who use it, and everyone who comes later waits behind the step. So
it waits for two seconds only, lets them all pass, and tries again. Whatever was done is undone in between.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from alembic import command
from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from mooring.server.foundation.database.address import place_of
from mooring.server.foundation.database.maintenance import postgresql_transaction
from mooring.server.foundation.database.port import DatabaseUnavailable, TransactionConflict
from mooring.server.foundation.migrations.revisions import Schema, configuration, note_reach, schema_of

Say: TypeAlias = Callable[[str], None]
OLDEST_SERVER: Final = 13
"""The oldest PostgreSQL that Mooring works on."""

_ONLY_ONE: Final = 0x6D6F6F72696E67  # "mooring": the advisory lock of whoever migrates


class Patience(NamedTuple):
    """How long a migration waits for others, and others for it."""

    lock_milliseconds: int = 2_000
    """For one table: so long, at most, others may have to wait behind it."""
    statement_milliseconds: int = 15 * 60_000
    tries: int = 10
    pause_seconds: float = 1.0
    """After the first try; after the second twice that, and so on."""
    turn_seconds: float = 30 * 60.0
    """For another computer that is migrating the same database."""


async def migrate_postgresql(url: URL, say: Say, patience: Patience | None = None) -> Schema:
    """Bring the PostgreSQL at ``url`` to this release's tables, and return what it had before.

    ``say`` is told, in whole sentences, what it waits for.

    Raises:
        SchemaUnknown: the database belongs to a newer release.
        DatabaseUnavailable: it cannot be reached or changed; nothing was changed.
    """
    waits = patience or Patience()
    for tried in range(1, waits.tries + 1):
        try:
            async with postgresql_transaction(url) as connection:
                return await upgrade(connection, say, patience=waits)
        except TransactionConflict as conflict:
            if tried == waits.tries:
                raise DatabaseUnavailable(
                    f"The database {place_of(url)} was used without a pause: {waits.tries} times a table "
                    "that must change could not be had. Nothing was changed. Try again when it is quieter."
                ) from conflict
            say(
                "Others use a table that must change; they go first. "
                f"Trying again ({tried + 1} of {waits.tries})."
            )
            await asyncio.sleep(waits.pause_seconds * tried)
    raise AssertionError  # the last try returned or raised


async def upgrade(
    connection: AsyncConnection, say: Say, *, to: str = "head", patience: Patience | None = None
) -> Schema:
    """Take every step up to the revision ``to`` in this transaction, and return what was there before.

    Newer tables that serve this release are left as they are.

    Raises:
        SchemaUnknown: the database belongs to a newer release.
        DatabaseUnavailable: the server is too old, or another migration does not end.
    """
    waits = patience or Patience()
    await _require_recent(connection)
    await limit(connection, waits)
    await _take_turn(connection, say, waits)
    return await connection.run_sync(_upgrade, to)


async def limit(connection: AsyncConnection, waits: Patience) -> None:
    """Bound what this transaction waits for, and how long each of its statements may take."""
    await connection.exec_driver_sql(f"SET LOCAL lock_timeout = {waits.lock_milliseconds}")
    await connection.exec_driver_sql(f"SET LOCAL statement_timeout = {waits.statement_milliseconds}")


def _upgrade(connection: Connection, to: str) -> Schema:
    before = schema_of(connection)
    before.require_known()
    if before.is_current or not before.serves_this_release:
        command.upgrade(configuration(connection), to)
        note_reach(connection)
    return before


async def _require_recent(connection: AsyncConnection) -> None:
    number = await connection.exec_driver_sql("SELECT current_setting('server_version_num')::int / 10000")
    if (version := number.scalar_one()) < OLDEST_SERVER:
        raise DatabaseUnavailable(
            f"The database server is PostgreSQL {version}; Mooring needs {OLDEST_SERVER} or newer."
        )


async def _take_turn(connection: AsyncConnection, say: Say, waits: Patience) -> None:
    """Wait until no other computer migrates this database; the lock goes with the transaction."""
    give_up_at, said = time.monotonic() + waits.turn_seconds, False
    while True:
        mine = await connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({_ONLY_ONE})")
        if mine.scalar():
            return
        if time.monotonic() >= give_up_at:
            raise DatabaseUnavailable("Another computer is still migrating this database.")
        if not said:
            say("Another computer is migrating this database; waiting for it.")
            said = True
        await asyncio.sleep(min(0.2, waits.pause_seconds))

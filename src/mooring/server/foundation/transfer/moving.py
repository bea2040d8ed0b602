"""Moving a publisher: the whole database from SQLite to PostgreSQL or back, in one transaction."""

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from sqlalchemy import MetaData, inspect
from sqlalchemy.engine import URL

from mooring.server.foundation.database.address import address_of, place_of
from mooring.server.foundation.database.maintenance import (
    embedded_connection,
    embedded_errors,
    examine,
    postgresql_transaction,
)
from mooring.server.foundation.migrations.embedded import migrate_file
from mooring.server.foundation.migrations.postgresql import Say, upgrade
from mooring.server.foundation.migrations.revisions import require_known, schema_of
from mooring.server.foundation.transfer.embedded import EmbeddedEnd, at_rest, filling
from mooring.server.foundation.transfer.leaving import leave
from mooring.server.foundation.transfer.postgresql import PostgresqlEnd, set_aside_name
from mooring.server.foundation.transfer.rows import Shape, shapes_of
from mooring.server.foundation.transfer.transferring import (
    Proof,
    Source,
    Target,
    TransferRefused,
    transfer,
)

Bar: TypeAlias = Callable[[int], AbstractContextManager[Callable[[int], None]]]
"""Given how much there is to do, opens what is told how much is done."""


_NO_TABLES: Final = "The database {} has no tables yet."
_FOUND_IT: Final = "Run: mooring init NAME"


class Moved(NamedTuple):
    """What was moved."""

    revision: str
    proofs: list[Proof]
    kept: str | None = None
    """The schema in which what was there before is kept."""


async def move_to_postgresql(
    file: Path, url: URL, *, say: Say, bar: Bar, replace_at: datetime | None = None
) -> Moved:
    """Copy the database in ``file``, which nobody else may have open, into the PostgreSQL at ``url``.

    That must be empty, or free to be set aside at ``replace_at``. It gets the tables of the revision that
    ``file`` has. Whatever stops this leaves it as it was. Afterwards ``file`` is marked as left.

    Raises:
        DatabaseInUse: ``file`` or what is to be replaced is in use.
        TransferRefused: ``file`` has no tables, the target has rows, or cannot take one.
        SchemaUnknown: one of them belongs to a newer release.
        NotEqual: what arrived is not what was sent.
        DatabaseUnavailable: one of them cannot be used.
    """
    with at_rest(file) as raw:
        revision, shapes = _found_in(raw, file)
        async with postgresql_transaction(url) as connection:
            end = await PostgresqlEnd.of(connection)
            present = (await connection.run_sync(schema_of)).revision
            name = None if replace_at is None else set_aside_name(replace_at)
            set_aside = present is not None and await end.make_room(
                tables_at(present), set_aside_as=name, keep_empty=present == revision
            )
            await upgrade(connection, say, to=revision)
            await end.require_empty(shapes)
            proofs = await _transferred(EmbeddedEnd(raw), end, shapes, bar)
            await end.finish()
        leave(raw)
    return Moved(revision, proofs, name if set_aside else None)


async def copy_to_file(url: URL, file: Path, *, bar: Bar, unused: bool = False) -> Moved:
    """Copy the PostgreSQL at ``url``, as it is at one instant, into the new database ``file``.

    Raises:
        DatabaseInUse: a server uses it, and it should be ``unused``.
        TransferRefused: it has no tables.
        SchemaUnknown: it belongs to a newer release.
        NotEqual: what arrived is not what was sent.
        DatabaseUnavailable: one of them cannot be used.
    """
    async with postgresql_transaction(url, isolation="REPEATABLE READ", read_only=True) as connection:
        revision = (await connection.run_sync(schema_of)).revision
        if revision is None:
            raise TransferRefused(_NO_TABLES.format(place_of(url)), _FOUND_IT)
        require_known(revision)
        end = await PostgresqlEnd.of(connection)
        if unused:
            await end.require_unused()
        migrate_file(file, to=revision)
        with at_rest(file) as raw:
            _, shapes = _found_in(raw, file)
        with filling(file) as raw:
            proofs = await _transferred(end, EmbeddedEnd(raw), shapes, bar)
    return Moved(revision, proofs)


def tables_at(revision: str) -> list[str]:
    """Return the names of the tables that ``revision`` has, those of migrating included.

    Raises:
        SchemaUnknown: it comes from a newer release.
    """
    require_known(revision)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "empty.db")
        migrate_file(file, to=revision)
        return examine(address_of(file), lambda connection: inspect(connection).get_table_names())


def _found_in(raw: sqlite3.Connection, file: Path) -> tuple[str, list[Shape]]:
    """Return the revision and the tables of a database that nobody else has open."""
    with embedded_errors(file), embedded_connection(raw) as connection:
        revision = schema_of(connection).revision
        if revision is None:
            raise TransferRefused(_NO_TABLES.format(file), _FOUND_IT)
        require_known(revision)
        metadata = MetaData()
        metadata.reflect(connection)
        return revision, shapes_of(metadata)


async def _transferred(source: Source, target: Target, shapes: list[Shape], bar: Bar) -> list[Proof]:
    total = 2 * sum([await source.count(shape) for shape in shapes])
    with bar(total) as progress:
        return await transfer(source, target, shapes, progress)

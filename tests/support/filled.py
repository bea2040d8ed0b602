"""Databases with rows in every table: made up from the tables' own rules, many and quickly."""

import hashlib
import json
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)
from sqlalchemy.engine import URL

from mooring.server.foundation.database.address import address_of
from mooring.server.foundation.migrations.revisions import OF_MIGRATING
from tests.support.databases import an_empty_database_file
from tests.support.schemas import tables_of, with_alembic

FEW = 7


def a_filled_file(folder: Path, **rows: int) -> Path:
    """Return the file of a database in ``folder`` with this release's tables, none of them empty.

    Each has seven rows, or as many as ``rows`` says: ``a_filled_file(folder, licenses=50_000)``.
    """
    file = an_empty_database_file(folder)
    fill(address_of(file), **rows)
    return file


def fill(url: URL, metadata: MetaData | None = None, **rows: int) -> None:
    """Fill every table of the database at ``url``, as in ``a_filled_file``; or those of ``metadata``."""
    metadata = metadata or tables_of(url)
    counts: dict[str, int] = {}
    for table in metadata.sorted_tables:  # what others refer to comes first
        owners = [key.column.table.name for key in _owners(table)]
        counts[table.name] = min([rows.get(table.name, FEW), *(counts[owner] for owner in owners)])

    def work(config: Any) -> None:
        for table in contents(metadata):
            made = [_row(table, number, counts) for number in range(counts[table.name])]
            config.attributes["connection"].execute(table.insert(), made)

    with_alembic(url, work)


def contents(metadata: MetaData) -> list[Table]:
    """Return the tables that hold content, in an order in which they can be filled."""
    return [table for table in metadata.sorted_tables if table.name not in OF_MIGRATING]


def _row(table: Table, number: int, counts: dict[str, int]) -> dict[str, Any]:
    return {column.name: _value(column, number, counts) for column in table.columns}


def _value(column: Column[Any], number: int, counts: dict[str, int]) -> Any:
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return _value(key.column, number % counts[key.column.table.name], counts)
    if column.nullable and number % 3 == 2 and not _decides_what_is_unique(column):
        return None
    (make,) = (make for kind, make in _MAKERS if isinstance(column.type, kind))
    return make(column, number)


def _owners(table: Table) -> list[ForeignKey]:
    """Return what a table has at most one row for each of, such as the license that a purchase is of."""
    columns = list(table.primary_key)
    return list(columns[0].foreign_keys) if len(columns) == 1 else []


def _decides_what_is_unique(column: Column[Any]) -> bool:
    """Whether what an index lets there be only once depends on this column: one open offer, for instance."""
    rules = [rule for index in column.table.indexes if index.unique for rule in index.dialect_kwargs.values()]
    return any(column.name in str(rule) for rule in rules)


def _text(column: Column[Any], number: int) -> str:
    text = f"{'é' if number % 2 else 'e'}{number:x}"
    return text[-column.type.length :] if column.type.length else text


_MAKERS = (
    (JSON, lambda _, n: {"number": n, "word": "Größe", "list": [n, None, True], "half": n / 2}),
    (Boolean, lambda _, number: number % 2 == 0),
    (LargeBinary, lambda column, number: hashlib.sha256(f"{column}{number}".encode()).digest()),
    (Integer, lambda column, number: number + (2**40 if isinstance(column.type, BigInteger) else 0)),
    (String, _text),
)


def rows_of(url: URL) -> dict[str, list[str]]:
    """Return every row of every table with content, written so that two databases can be compared."""
    metadata = tables_of(url)
    found: dict[str, list[str]] = {}

    def work(config: Any) -> None:
        for table in contents(metadata):
            rows = config.attributes["connection"].execute(table.select()).mappings()
            found[table.name] = sorted(json.dumps(dict(row), default=repr, sort_keys=True) for row in rows)

    with_alembic(url, work)
    return found

"""Filling a table: many rows that one statement inserts, or changes, instead of one statement for each row.

Each parameter of the statement becomes an array with one element for each row, and ``unnest`` makes rows of
them again. What is the same for every row stays in the statement. Where unique indexes are the limit that is
about as quick as ``COPY``, and it may stand in any transaction, behind a PgBouncer too.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from typing import Final

from mooring.server.foundation.database.postgresql.connecting import Connection

ROWS_AT_ONCE: Final = 10_000
"""Rows in one statement: their values lie in memory, here and at the server."""

_PLAIN_INSERT = re.compile(r"(INSERT INTO \S+ \([^()]+\)) VALUES \((.+)\)\Z", re.DOTALL)
_PLAIN_UPDATE = re.compile(r"UPDATE (\S+) SET ([^()]+) WHERE \1\.id = (\$\d+::\w+)\Z")
_PLACE = re.compile(r"\$(\d+)::(\w+)")
_CELL = r"u.p\1"


@cache
def filling(sql: str) -> str | None:
    """Return the statement that inserts rows made of arrays; none where ``sql`` does more than that.

    It is found once for each statement, of which there are few.
    """
    plain = _PLAIN_INSERT.match(sql)
    if plain is None:
        return None
    made = _rows_of(plain[2])
    return made and f"{plain[1]} SELECT {_PLACE.sub(_CELL, plain[2])} FROM {made}"  # noqa: S608 - ours alone


@cache
def changing(sql: str) -> str | None:
    """Return the same for a statement that changes the row with an id; none where ``sql`` does more.

    The ids must differ: of two changes to one row PostgreSQL would make one.
    """
    plain = _PLAIN_UPDATE.match(sql)
    if plain is None:
        return None
    table, values, of = plain.groups()
    made = _rows_of(f"{values} {of}")
    changed = f"UPDATE {table} SET {_PLACE.sub(_CELL, values)}"  # noqa: S608 - ours alone
    return made and f"{changed} FROM {made} WHERE {table}.id = {_PLACE.sub(_CELL, of)}"


def _rows_of(values: str) -> str | None:
    """Return the rows that the places in ``values`` are cells of, given as arrays."""
    places = _PLACE.findall(values)
    if not places or [int(number) for number, _ in places] != list(range(1, len(places) + 1)):
        return None
    arrays = ", ".join(f"${number}::{kind}[]" for number, kind in places)
    names = ", ".join(f"p{number}" for number, _ in places)
    return f"unnest({arrays}) AS u ({names})"


async def fill(connection: Connection, sql: str, rows: Iterable[Sequence[object]]) -> None:
    """Run ``sql``, made by :func:`filling`, for all ``rows``."""
    waiting = iter(rows)
    while some := list(islice(waiting, ROWS_AT_ONCE)):
        await connection.execute(sql, *columns(some))


def columns(rows: Iterable[Sequence[object]]) -> list[list[object]]:
    """Return ``rows`` as the parameters of a statement made by :func:`filling`."""
    return [list(column) for column in zip(*rows, strict=True)]

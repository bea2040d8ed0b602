"""Filling a table: many rows that one statement inserts, instead of one statement for each row.

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
_PLACE = re.compile(r"\$(\d+)::(\w+)")


@cache
def filling(sql: str) -> str | None:
    """Return the statement that inserts rows made of arrays; none where ``sql`` does more than that.

    It is found once for each statement, of which there are few.
    """
    plain = _PLAIN_INSERT.match(sql)
    if plain is None:
        return None
    places = _PLACE.findall(plain[2])
    if not places or [int(number) for number, _ in places] != list(range(1, len(places) + 1)):
        return None
    arrays = ", ".join(f"${number}::{kind}[]" for number, kind in places)
    names = ", ".join(f"p{number}" for number, _ in places)
    values = _PLACE.sub(r"u.p\1", plain[2])
    return f"{plain[1]} SELECT {values} FROM unnest({arrays}) AS u ({names})"  # noqa: S608 - ours alone


async def fill(connection: Connection, sql: str, rows: Iterable[Sequence[object]]) -> None:
    """Run ``sql``, made by :func:`filling`, for all ``rows``."""
    waiting = iter(rows)
    while some := list(islice(waiting, ROWS_AT_ONCE)):
        await connection.execute(sql, *columns(some))


def columns(rows: Iterable[Sequence[object]]) -> list[list[object]]:
    """Return ``rows`` as the parameters of a statement made by :func:`filling`."""
    return [list(column) for column in zip(*rows, strict=True)]

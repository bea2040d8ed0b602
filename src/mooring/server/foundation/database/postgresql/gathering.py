"""Writes that nobody waits for, gathered so that many go to the server in one statement.

Each trip to the server takes longer than what the server does there. So several writes become one statement:
all but the last stand before it as common table expressions, each of which PostgreSQL runs, once. They do not
see each other's rows, which is why those that could meet are not put together.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from mooring.server.foundation.database.postgresql.dialect import DIALECT
from mooring.server.foundation.database.statement import Statement

Parameters = Sequence[object]
MOST_AT_ONCE = 24
"""Writes in one statement; each further shape of it would have to be prepared."""

_PLACE = re.compile(r"\$(\d+)")


class _Write(NamedTuple):
    statement: Statement
    sql: str
    parameters: Parameters


class Gathered:
    """The writes of one transaction that wait for company."""

    __slots__ = ("_writes",)

    def __init__(self) -> None:
        self._writes: list[_Write] = []

    def __bool__(self) -> bool:
        return bool(self._writes)

    def takes(self, statement: Statement) -> bool:
        """Tell whether ``statement`` can go with those that wait, or before them: none meets it."""
        return len(self._writes) < MOST_AT_ONCE and not any(
            _may_meet(write.statement, statement) for write in self._writes
        )

    def add(self, statement: Statement, sql: str, parameters: Parameters) -> None:
        """Let a write wait."""
        self._writes.append(_Write(statement, sql, parameters))

    def together_with(self, sql: str, parameters: Parameters) -> tuple[str, Parameters]:
        """Return what does all that waits, and ``sql``, whose outcome counts; nothing waits any longer."""
        if not self._writes:
            return sql, parameters
        writes, self._writes = self._writes, []
        values = [value for write in writes for value in write.parameters]
        shape = tuple([(write.sql, len(write.parameters)) for write in writes])
        return _in_one(shape, sql), [*values, *parameters]

    def all(self) -> tuple[str, Parameters]:
        """Return what does all that waits; nothing waits any longer."""
        last = self._writes.pop()
        return self.together_with(last.sql, last.parameters)


@lru_cache(maxsize=1024)
def _may_meet(write: Statement, other: Statement) -> bool:
    """Tell whether one of the two may read or change a row that the other changes; new rows do not meet."""
    if write.is_plain_insert and other.is_plain_insert:
        return False
    return write.written in other.compiled(DIALECT).words or other.written in write.compiled(DIALECT).words


@lru_cache(maxsize=256)
def _in_one(writes: tuple[tuple[str, int], ...], sql: str) -> str:
    """Return the statement that does the ``writes``, each with so many parameters, and then ``sql``."""
    parts, count = [], 0
    for name, (write, parameters) in enumerate(writes):
        parts.append(f"w{name} AS ({_numbered_from(count, write)})")
        count += parameters
    return f"WITH {', '.join(parts)} {_numbered_from(count, sql)}"


def _numbered_from(count: int, sql: str) -> str:
    return _PLACE.sub(lambda found: f"${int(found[1]) + count}", sql) if count else sql

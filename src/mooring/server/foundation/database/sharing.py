"""One's share of a transaction that several have together: answers what was read for all, and gathers writes.

Nothing of it is sent before all of them are done. So one that ends with an exception leaves nothing behind,
and what only a transaction of its own can do is known in time: ``GoAlone``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from sqlalchemy import func

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mooring.server.foundation.database.port import Row, Transaction
    from mooring.server.foundation.database.statement import Lookup, Statement

MISSED_TURNS = func.current_setting("mooring.missed", True)
"""What one on PostgreSQL that did not wait for its turns selects: those that others have, with commas."""


class GoAlone(Exception):
    """A part of a transaction asked for what only a transaction of its own can do."""


class Share:
    """Implements the port's ``Transaction`` for one of those who have a transaction together."""

    __slots__ = ("_answers", "_changed", "_filled", "writes")

    def __init__(self, answers: Mapping[Statement, Row]) -> None:
        """Answer each of the statements in ``answers`` with its row, once."""
        self._answers = dict(answers)
        self._changed: set[object] = set()
        self._filled: set[object] = set()
        self.writes: list[tuple[Statement, Mapping[str, object]]] = []
        """What it writes, in order."""

    async def fetch(self, statement: Statement, /, **values: object) -> NoReturn:
        """Leave: it was not read for all."""
        raise GoAlone

    async def fetch_one(self, statement: Statement, /, **values: object) -> Row | None:
        """Return the row that was read for this part."""
        if statement not in self._answers:
            raise GoAlone
        return self._answers.pop(statement)

    async def look_up(self, lookup: Lookup, value: object, /) -> NoReturn:
        """Leave: it was not read for all."""
        raise GoAlone

    async def lock(self, statement: Statement, /, **values: object) -> NoReturn:
        """Leave: it would have to be waited for."""
        raise GoAlone

    async def execute(self, statement: Statement, /, **values: object) -> int:
        """Let a row be added with the others'; nothing else is known to change so many rows."""
        if not statement.is_plain_insert:
            raise GoAlone
        await self.later(statement, values)
        return 1

    async def execute_many(self, statement: Statement, rows: Iterable[Mapping[str, object]], /) -> None:
        """Let rows be added with the others'."""
        if not statement.is_plain_insert:
            raise GoAlone
        await self.later(statement, *rows)

    async def later(self, statement: Statement, /, *rows: Mapping[str, object]) -> None:
        """Let ``rows`` be written with the others', where no write of this part could meet another of it."""
        if statement.is_plain_insert:
            meets = statement.written in self._changed
            self._filled.add(statement.written)
        else:
            meets = statement.written in self._changed | self._filled or len(rows) > 1
            self._changed.add(statement.written)
        if meets:
            raise GoAlone
        self.writes.extend([(statement, row) for row in rows])


async def write(transaction: Transaction, shares: Iterable[Share]) -> None:
    """Let ``transaction`` write what was gathered by ``shares``, no two of which change the same row."""
    together: dict[Statement, list[Mapping[str, object]]] = {}
    for share in shares:
        for statement, row in share.writes:
            together.setdefault(statement, []).append(row)
    for statement, rows in together.items():
        await transaction.later(statement, *rows)

"""Reading from a replica where what is read may be a moment old, and from the database itself otherwise."""

import time
from typing import Final

from mooring.server.foundation.database.port import DatabaseUnavailable, Row, Session
from mooring.server.foundation.database.statement import Statement

LEFT_ALONE_FOR: Final = 5.0
"""Seconds for which a replica that was away is not asked again."""


class Replica:
    """Reads from a copy as long as it answers. Its absence is felt by nobody but the database itself."""

    __slots__ = ("_ask_again_at", "_copy", "_original")

    def __init__(self, copy: Session, original: Session) -> None:
        self._copy = copy
        self._original = original
        self._ask_again_at = 0.0

    async def fetch(self, statement: Statement, /, **values: object) -> list[Row]:
        """Run ``statement`` with ``values`` for its parameters and return all its rows."""
        if time.monotonic() >= self._ask_again_at:
            try:
                return await self._copy.fetch(statement, **values)
            except DatabaseUnavailable:
                self._leave_alone()
        return await self._original.fetch(statement, **values)

    async def fetch_one(self, statement: Statement, /, **values: object) -> Row | None:
        """Return the first row, or none."""
        if time.monotonic() >= self._ask_again_at:
            try:
                return await self._copy.fetch_one(statement, **values)
            except DatabaseUnavailable:
                self._leave_alone()
        return await self._original.fetch_one(statement, **values)

    def _leave_alone(self) -> None:
        self._ask_again_at = time.monotonic() + LEFT_ALONE_FOR

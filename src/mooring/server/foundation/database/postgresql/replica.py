"""Reading from a replica where what is read may be a moment old, and from the database itself otherwise."""

import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from sqlalchemy import BigInteger, case, cast, func, literal_column, select

from mooring.server.foundation.database.port import DatabaseUnavailable, Row, Session
from mooring.server.foundation.database.statement import Lookup, Statement

T = TypeVar("T")

LOOKS_AGAIN_AFTER: Final = 5.0
"""Seconds after which it is looked again whether the replica answers, and how far it has come.

So it is at most twice as far behind, plus the time between two reads.
"""

_place = case(  # in the log that replicas follow; one that was promoted follows nobody
    (func.pg_is_in_recovery(), func.pg_last_wal_replay_lsn()), else_=func.pg_current_wal_lsn()
)
_PLACE = Statement(
    select(cast(func.pg_wal_lsn_diff(_place, literal_column("'0/0'::pg_lsn")), BigInteger).label("place"))
)


class Replica:
    """Reads from a copy as long as it answers and follows. Its absence is felt by nobody but the database."""

    __slots__ = ("_copy", "_is_good", "_look_at", "_must_have", "_original")

    def __init__(self, copy: Session, original: Session) -> None:
        self._copy = copy
        self._original = original
        self._is_good = True
        self._look_at = 0.0
        self._must_have: int | None = None  # how far the database was when it was last looked

    async def fetch(self, statement: Statement, /, **values: object) -> list[Row]:
        """Run ``statement`` with ``values`` for its parameters and return all its rows."""
        return await self._read(lambda session: session.fetch(statement, **values))

    async def fetch_one(self, statement: Statement, /, **values: object) -> Row | None:
        """Return the first row, or none."""
        return await self._read(lambda session: session.fetch_one(statement, **values))

    async def look_up(self, lookup: Lookup, value: object, /) -> Row | None:
        """Return the row that ``lookup`` finds for ``value``, or none."""
        return await self._read(lambda session: session.look_up(lookup, value))

    async def _read(self, read: Callable[[Session], Awaitable[T]]) -> T:
        now = time.monotonic()
        if now >= self._look_at:
            self._look_at = now + LOOKS_AGAIN_AFTER  # by one; the others go on as before
            self._is_good = await self._follows()
        if self._is_good:
            try:
                return await read(self._copy)
            except DatabaseUnavailable:
                self._is_good = False
        return await read(self._original)

    async def _follows(self) -> bool:
        """Tell whether the copy has what the database had when this was last asked."""
        try:
            copy = await self._copy.fetch_one(_PLACE)
        except DatabaseUnavailable:
            return False
        follows = self._must_have is None or (copy is not None and copy.place >= self._must_have)
        try:
            original = await self._original.fetch_one(_PLACE)
        except DatabaseUnavailable:  # what the copy has is then the best there is
            return follows
        self._must_have = None if original is None else original.place
        return follows

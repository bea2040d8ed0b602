"""Budgets in the database, for all processes and machines that share it.

All tries of one attempt are taken by one statement, which also judges them: of guesses made at the same
moment on different machines no two find the same try. Nobody waits for the disk. Names are kept as keyed
hashes: in the database they would tell who signed in from where.

Nothing here is hot. Who is refused is refused again within the same second without asking the database, and a
budget lets no more through than it holds; so a flood costs the database a few statements a second.
"""

from __future__ import annotations

import hmac
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from sqlalchemy import ARRAY, BigInteger, LargeBinary, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from mooring.server.foundation.budgets.budget import SECOND, BudgetSpent, microseconds
from mooring.server.foundation.budgets.tables import budgets
from mooring.server.foundation.database.conflicts import through_conflicts
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.statement import Statement

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.foundation.budgets.budget import Level, Try
    from mooring.server.foundation.database.port import Database

MOST_FORGOTTEN_AT_ONCE: Final = 10_000
"""Rows removed by one statement, so that none takes long."""

_now = bindparam("now", type_=BigInteger)
_names = bindparam("names", type_=ARRAY(LargeBinary))
_asked = (
    func.unnest(
        _names,
        bindparam("spacings", type_=ARRAY(BigInteger)),
        bindparam("rooms", type_=ARRAY(BigInteger)),
    )
    .table_valued("name", "spacing", "room", name="asked")
    .render_derived()
)
# Rows are always locked in the order of their names: so no two attempts wait for each other.
_taking = insert(budgets).from_select(
    ["name", "full_at", "spacing", "room"],
    select(_asked.c.name, _now + _asked.c.spacing, _asked.c.spacing, _asked.c.room).order_by(_asked.c.name),
)
_taken = func.greatest(budgets.c.full_at, _now) + _taking.excluded.spacing
_TAKE = Statement(
    _taking.on_conflict_do_update(
        index_elements=[budgets.c.name],
        set_={"full_at": _taken, "spacing": _taking.excluded.spacing, "room": _taking.excluded.room},
        where=_taken <= _now + _taking.excluded.room,
    ).returning(budgets.c.name, budgets.c.full_at)
)
_FULL_AT = Statement(select(budgets.c.full_at).where(budgets.c.name == bindparam("row")))
_these = select(budgets.c.name).where(budgets.c.name == func.any(_names)).order_by(budgets.c.name)
_GIVE_BACK = Statement(
    update(budgets)
    .where(budgets.c.name.in_(_these.with_for_update()))
    .values(full_at=budgets.c.full_at - budgets.c.spacing)
)
_SETTLE = Statement(
    update(budgets)
    .where(budgets.c.name == bindparam("row"), budgets.c.full_at > _now + budgets.c.room)
    .values(full_at=_now + budgets.c.room)
)
_full = (
    select(budgets.c.name)
    .where(budgets.c.full_at <= _now)
    .limit(MOST_FORGOTTEN_AT_ONCE)
    .with_for_update(skip_locked=True)
)
_FORGET = Statement(delete(budgets).where(budgets.c.name.in_(_full)))


class _Refused(Exception):
    """Leaves the transaction, and with it undoes what was taken."""

    def __init__(self, row: bytes, full_at: int) -> None:
        super().__init__()
        self.row = row
        self.full_at = full_at


class StoredBudgets:
    """Implements :class:`~mooring.server.foundation.budgets.port.Budgets` on PostgreSQL."""

    def __init__(self, database: Database, key: bytes) -> None:
        """Keep budgets in ``database``, under names hashed with ``key``."""
        self._database = database
        self._key = key
        self._refused_at = 0
        self._refused: dict[bytes, int] = {}

    async def take(self, *tries: Try, at: datetime) -> tuple[Level, ...]:
        """Take one try from each, or none; see the port."""
        now = microseconds(at)
        asked = {self._row(each): each for each in tries}
        if now != self._refused_at:
            self._refused_at, self._refused = now, {}
        for row, (budget, _) in asked.items():
            full_at = self._refused.get(row, 0)
            if budget.taken(full_at, now) is None:
                raise BudgetSpent(budget.level(full_at, now))
        try:
            left = await through_conflicts(lambda: self._take(asked, now))
        except _Refused as refused:
            await self._settle(refused, asked[refused.row], now)
            self._refused[refused.row] = refused.full_at
            level = asked[refused.row].budget.level(refused.full_at, now)
            raise BudgetSpent(level) from None
        return tuple(each.budget.level(left[row], now) for row, each in asked.items())

    async def give_back(self, *tries: Try, at: datetime) -> None:
        """Return tries; see the port."""
        rows = sorted(map(self._row, tries))
        for row in rows:
            self._refused.pop(row, None)
        with suppress(DatabaseUnavailable):
            await through_conflicts(lambda: self._give_back(rows))

    async def forget_full(self, *, at: datetime) -> int:
        """Forget what is full again; see the port."""
        forgotten = 0
        while True:
            async with self._database.transaction(durable=False) as transaction:
                some = await transaction.execute(_FORGET, now=microseconds(at))
            forgotten += some
            if some < MOST_FORGOTTEN_AT_ONCE:
                return forgotten

    async def _take(self, asked: dict[bytes, Try], now: int) -> dict[bytes, int]:
        """Return when each budget will be full.

        Raises:
            _Refused: There is none left of one; all is undone.
        """
        rows = sorted(asked)
        spacings = [asked[row].budget.spacing for row in rows]
        rooms = [asked[row].budget.window * SECOND for row in rows]
        async with self._database.transaction(durable=False) as transaction:
            taken = await transaction.fetch(_TAKE, names=rows, spacings=spacings, rooms=rooms, now=now)
            full_at = {bytes(row.name): row.full_at for row in taken}
            for row in asked:
                if row not in full_at:
                    found = await transaction.fetch_one(_FULL_AT, row=row)
                    raise _Refused(row, now if found is None else found.full_at)
        return full_at

    async def _give_back(self, rows: list[bytes]) -> None:
        async with self._database.transaction(durable=False) as transaction:
            await transaction.execute(_GIVE_BACK, names=rows)

    async def _settle(self, refused: _Refused, one: Try, now: int) -> None:
        """Shorten what a clock that was set back made too long."""
        if refused.full_at > one.budget.settled(refused.full_at, now):
            async with self._database.transaction(durable=False) as transaction:
                await transaction.execute(_SETTLE, row=refused.row, now=now)

    def _row(self, one: Try) -> bytes:
        name = f"{one.budget.policy}\0{one.name}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, name, "sha256")[:16]

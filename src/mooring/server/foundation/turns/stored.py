"""Turns in the database, for all processes and machines that share it.

A turn is a row with an end, and no lock of the database: a lock would belong to a connection, which a pooler
in between hands from one transaction to the next. Its times are those of the database's own clock, so that
machines with different clocks agree. Nobody waits for the disk: a turn that a crash made forgotten is taken
anew.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, bindparam, cast, delete, extract, func, update
from sqlalchemy.dialects.postgresql import insert

from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.statement import Statement
from mooring.server.foundation.database.sweeping import removing, sweep
from mooring.server.foundation.turns.port import Turn
from mooring.server.foundation.turns.tables import turns

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.foundation.database.port import Database

_NOW: Final = cast(extract("epoch", func.clock_timestamp()) * 1000, BigInteger)
_FORGOTTEN_AFTER: Final = timedelta(hours=1)
_taking = insert(turns).values(
    name=bindparam("name"), holder=bindparam("holder"), ends_at=_NOW + bindparam("lasts", type_=BigInteger)
)
_TAKE = Statement(
    _taking.on_conflict_do_update(
        index_elements=[turns.c.name],
        set_={"holder": _taking.excluded.holder, "ends_at": _taking.excluded.ends_at},
        where=turns.c.ends_at <= _NOW,
    )
)
_GIVE_UP = Statement(
    delete(turns).where(turns.c.name == bindparam("name"), turns.c.holder == bindparam("holder"))
)
_RENEW = Statement(
    update(turns)
    .where(turns.c.name == bindparam("of_name"), turns.c.holder == bindparam("of_holder"))
    .values(ends_at=_NOW + bindparam("lasts", type_=BigInteger))
)
_FORGET = removing(turns, turns.c.ends_at <= _NOW - _FORGOTTEN_AFTER // timedelta(milliseconds=1))


class StoredTurns:
    """Implements :class:`~mooring.server.foundation.turns.port.Turns` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, subject: str, *, lasts: timedelta) -> Turn | None:
        """Return the turn at ``subject``, none while another has it; see the port."""
        turn = Turn(hashlib.sha256(subject.encode()).digest(), os.urandom(16))
        async with self._database.transaction(durable=False) as transaction:
            taken = await transaction.execute(
                _TAKE, name=turn.name, holder=turn.holder, lasts=lasts // timedelta(milliseconds=1)
            )
        return turn if taken else None

    async def renew(self, turn: Turn, *, lasts: timedelta) -> bool:
        """Let ``turn`` last so long from now on, if it is still this one's; see the port."""
        async with self._database.transaction(durable=False) as transaction:
            milliseconds = lasts // timedelta(milliseconds=1)
            renewed = await transaction.execute(
                _RENEW, of_name=turn.name, of_holder=turn.holder, lasts=milliseconds
            )
        return renewed == 1

    async def give_up(self, turn: Turn) -> None:
        """End ``turn``; see the port."""
        with suppress(DatabaseUnavailable):
            async with self._database.transaction(durable=False) as transaction:
                await transaction.execute(_GIVE_UP, name=turn.name, holder=turn.holder)

    async def forget_ended(self, *, at: datetime) -> int:
        """Forget turns that ended by themselves an hour ago; see the port."""
        return await sweep(self._database, _FORGET)

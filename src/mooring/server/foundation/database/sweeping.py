"""Sweeping: rows that have ended are removed a piece at a time, so that no statement takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, bindparam, delete, select

from mooring.server.foundation.database.statement import Statement

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table

    from mooring.server.foundation.database.port import Database

MOST_AT_ONCE: Final = 1_000
"""Rows removed by one statement: between two others get their turn, also where they run one at a time."""


def removing(table: Table, ended: ColumnElement[bool]) -> Statement:
    """Return the statement that removes at most ``most`` of the rows that have ``ended``; see ``sweep``."""
    (key,) = table.primary_key.columns
    going = select(key).where(ended).limit(bindparam("most", type_=BigInteger))
    # What somebody has in hand goes next time: nobody waits for the broom, nor it for anybody.
    return Statement(delete(table).where(key.in_(going.with_for_update(skip_locked=True))))


async def sweep(database: Database, statement: Statement, /, **values: object) -> int:
    """Remove all that ``statement``, which is made by ``removing``, finds; return how many there were.

    What a crash brings back is swept again, so nobody waits for the disk.

    Raises:
        DatabaseUnavailable: the database cannot be changed now; some may be gone already.
    """
    swept = 0
    while True:
        async with database.transaction(durable=False) as transaction:
            some = await transaction.execute(statement, most=MOST_AT_ONCE, **values)
        swept += some
        if some < MOST_AT_ONCE:
            return swept

"""Reading the record: what happened to somebody."""

from sqlalchemy import bindparam, select

from mooring.server.foundation.database.port import Row, Session
from mooring.server.foundation.database.statement import Statement
from mooring.server.record.tables import events

_AFTER_ALL = f"evt_{'z' * 26}"
"""Comes after every identifier, by whichever language's rules the database sorts."""

_OF_ACCOUNT = Statement(
    select(
        events.c.id,
        events.c.at,
        events.c.kind,
        events.c.license_id,
        events.c.device_id,
        events.c.activation_id,
        events.c.detail,
    )
    .where(events.c.account_id == bindparam("account_id"), events.c.id < bindparam("before"))
    .order_by(events.c.id.desc())
    .limit(bindparam("limit"))
)


async def events_of_account(
    session: Session, account_id: str, *, before: str | None = None, limit: int
) -> list[Row]:
    """Return up to ``limit`` events that concern the account, before that id, the latest first."""
    return await session.fetch(
        _OF_ACCOUNT, account_id=account_id, before=_AFTER_ALL if before is None else before, limit=limit
    )

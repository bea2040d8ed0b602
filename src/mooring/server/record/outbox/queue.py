"""The queue of mails to be sent: each is claimed by one sender at a time, of all processes and machines.

A claim is a row with an end, and no lock of the database: a lock would belong to a connection, and last as
long as a slow mail server. Who claims a mail keeps the claim up while sending; after the death of a sender
its claim ends by itself. On PostgreSQL its times are those of the database's own clock, so that machines with
different clocks agree.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import BigInteger, String, bindparam, cast, delete, extract, func, select, update

from mooring.server.foundation.database.statement import Statement
from mooring.server.foundation.secrets import SealBroken
from mooring.server.record.outbox.tables import outbox
from mooring.server.record.outbox.writing import unsealed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.server.foundation.clock import Clock
    from mooring.server.foundation.database.port import Database, Session, Transaction
    from mooring.server.foundation.secrets import Secrets
    from mooring.server.record.outbox.mail import Value

CLAIM_LASTS: Final = timedelta(minutes=1)
"""How long a claim lasts that is not kept up: so long a mail waits whose sender died."""
KEPT_FOR: Final = timedelta(days=30)
"""How long it is known what became of a mail."""
_MOST_WORDS: Final = 300
_MOST_AT_A_TIME: Final = 1000
_TOO_LATE: Final = "It could not be sent in time."

_CLOCK: Final = Statement(select(cast(extract("epoch", func.clock_timestamp()), BigInteger).label("now")))
_LOOK: Final = Statement(
    select(
        func.count().label("waiting"),
        func.min(outbox.c.created_at).label("oldest"),
        func.count().filter(outbox.c.due_at <= bindparam("at")).label("due"),
    ).where(outbox.c.due_at.is_not(None))
)
_NEXT: Final = Statement(
    select(
        outbox.c.id,
        outbox.c.kind,
        outbox.c.language,
        outbox.c.sealed_content,
        outbox.c.created_at,
        outbox.c.ends_at,
        outbox.c.attempts,
    )
    .where(outbox.c.due_at <= bindparam("at"))
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_CLAIM: Final = Statement(
    update(outbox)
    .where(outbox.c.id == bindparam("mail_id"))
    .values(claim=bindparam("new_claim"), due_at=bindparam("until"), attempts=outbox.c.attempts + 1)
)
_is_claimed = (
    outbox.c.id == bindparam("mail_id"),
    outbox.c.claim == bindparam("own_claim"),
    outbox.c.due_at.is_not(None),
)
_KEEP: Final = Statement(update(outbox).where(*_is_claimed).values(due_at=bindparam("until")))
_POSTPONE: Final = Statement(
    update(outbox).where(*_is_claimed).values(due_at=bindparam("until"), claim=None, why=bindparam("reason"))
)
_done = {"sealed_content": None, "due_at": None, "claim": None}
_SENT: Final = Statement(
    update(outbox)
    .where(outbox.c.id == bindparam("mail_id"))
    .values(sent_at=bindparam("at"), failed_at=None, why=None, **_done)
)
_FAILED: Final = Statement(
    update(outbox).where(*_is_claimed).values(failed_at=bindparam("at"), why=bindparam("reason"), **_done)
)
_OUTDATED: Final = Statement(
    update(outbox)
    .where(
        outbox.c.due_at.is_not(None),
        outbox.c.ends_at <= bindparam("at"),
        outbox.c.claim.is_(None) | (outbox.c.due_at <= bindparam("at")),
    )
    .values(
        failed_at=bindparam("at"), why=func.coalesce(outbox.c.why, bindparam("reason", type_=String)), **_done
    )
)
_of_old = (
    select(outbox.c.id)
    .where(outbox.c.due_at.is_(None), outbox.c.created_at < bindparam("before"))
    .limit(_MOST_AT_A_TIME)
)
_FORGET: Final = Statement(delete(outbox).where(outbox.c.id.in_(_of_old)))


class Waiting(NamedTuple):
    """What waits in the outbox."""

    mails: int
    oldest: datetime | None
    """When the one was written that waits longest."""
    due: int
    """How many may be tried now."""


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """A mail that is ours to send, until the claim ends."""

    id: str
    kind: str
    language: str
    to: str = field(repr=False)
    values: Mapping[str, Value] = field(repr=False)
    created_at: datetime
    attempts: int
    """How often it has been tried, this time included."""
    claim: bytes = field(repr=False)


class MailQueue:
    """Gives each mail to one sender, and notes what became of it."""

    def __init__(self, database: Database, secrets: Secrets, clock: Clock) -> None:
        self._database = database
        self._secrets = secrets
        self._clock = clock

    async def look(self) -> Waiting:
        """Return what waits.

        Raises:
            DatabaseUnavailable: nobody knows.
        """
        async with self._database.reading() as session:
            found = await session.fetch_one(_LOOK, at=await self._now(session))
        assert found is not None  # noqa: S101 (an aggregate always has a row)
        return Waiting(found.waiting, found.oldest, found.due)

    async def claim(self) -> ClaimedMail | None:
        """Return the mail that has been due longest and is nobody else's, if there is one."""
        while True:
            async with self._database.transaction() as transaction:
                now = await self._now(transaction)
                row = await transaction.fetch_one(_NEXT, at=now)
                if row is None:
                    return None
                claim = os.urandom(16)
                await transaction.execute(_CLAIM, mail_id=row.id, new_claim=claim, until=now + CLAIM_LASTS)
                if row.ends_at <= now:
                    await self._fail(transaction, row.id, claim, now, _TOO_LATE)
                    continue
                try:
                    to, values = unsealed(self._secrets, row.id, row.sealed_content)
                except SealBroken as error:
                    await self._fail(transaction, row.id, claim, now, f"It cannot be read: {error}.")
                    continue
            return ClaimedMail(
                row.id, row.kind, row.language, to, values, row.created_at, row.attempts + 1, claim
            )

    async def keep(self, mail: ClaimedMail) -> bool:
        """Keep the claim up from now on, and return whether it was ours still."""
        async with self._database.transaction() as transaction:
            until = await self._now(transaction) + CLAIM_LASTS
            return await transaction.execute(_KEEP, mail_id=mail.id, own_claim=mail.claim, until=until) > 0

    async def sent(self, mail: ClaimedMail) -> None:
        """Note that the mail was sent, whoever has claimed it since; its address and values are forgotten."""
        async with self._database.transaction() as transaction:
            await transaction.execute(_SENT, mail_id=mail.id, at=await self._now(transaction))

    async def postpone(self, mail: ClaimedMail, by: timedelta, why: str) -> None:
        """Let the mail be tried again, by anybody, once that time has passed."""
        async with self._database.transaction() as transaction:
            until = await self._now(transaction) + by
            reason = why[:_MOST_WORDS]
            await transaction.execute(
                _POSTPONE, mail_id=mail.id, own_claim=mail.claim, until=until, reason=reason
            )

    async def give_up(self, mail: ClaimedMail, why: str) -> None:
        """Note that the mail will never be sent; its address and values are forgotten."""
        async with self._database.transaction() as transaction:
            now = await self._now(transaction)
            await self._fail(transaction, mail.id, mail.claim, now, why[:_MOST_WORDS])

    async def tidy_up(self, *, at: datetime) -> int:
        """Give up what was not sent in time, and forget what became of others a month ago."""
        async with self._database.transaction() as transaction:
            now = await self._now(transaction)
            given_up = await transaction.execute(_OUTDATED, at=now, reason=_TOO_LATE)
            return given_up + await transaction.execute(_FORGET, before=now - KEPT_FOR)

    async def _fail(
        self, transaction: Transaction, mail_id: str, claim: bytes, at: datetime, why: str
    ) -> None:
        await transaction.execute(_FAILED, mail_id=mail_id, own_claim=claim, at=at, reason=why)

    async def _now(self, session: Session) -> datetime:
        if self._database.dialect == "sqlite":
            return self._clock.now()
        found = await session.fetch_one(_CLOCK)
        assert found is not None  # noqa: S101 (a clock always answers)
        return datetime.fromtimestamp(found.now, UTC)

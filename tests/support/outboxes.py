"""Outboxes: mails as use cases write them, their queue, and time that passes for them alone."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text, update

from mooring.server.foundation.clock import SystemClock
from mooring.server.foundation.database.port import Database, Row
from mooring.server.foundation.database.statement import Statement
from mooring.server.foundation.secrets import Secrets
from mooring.server.record.outbox.mail import Mail
from mooring.server.record.outbox.queue import MailQueue
from mooring.server.record.outbox.tables import outbox
from mooring.server.record.outbox.writing import Outbox

ROWS = Statement(select(outbox).order_by(outbox.c.id))


@dataclass
class Post:
    """An outbox, its queue, and a clock that is moved by making everything older."""

    database: Database
    secrets: Secrets = field(default_factory=Secrets.generate)

    @property
    def queue(self) -> MailQueue:
        return MailQueue(self.database, self.secrets, SystemClock())

    async def write(self, *to: str, good_for: timedelta | None = None) -> None:
        at = datetime.now(UTC)
        good_until = None if good_for is None else at + good_for
        async with self.database.transaction() as transaction:
            for address in to:
                mail = Mail("passkey_added", address, "fr", {"name": "Desk"}, good_until)
                await Outbox(self.secrets).send(transaction, mail, at=at)

    async def pass_time(self, by: timedelta) -> None:
        seconds = int(by.total_seconds())
        older = {
            name: text(f"{name} - {seconds}")
            for name in ("created_at", "ends_at", "due_at", "sent_at", "failed_at")
        }
        async with self.database.transaction() as transaction:
            await transaction.execute(Statement(update(outbox).values(older)))

    async def rows(self) -> list[Row]:
        async with self.database.reading() as session:
            return await session.fetch(ROWS)

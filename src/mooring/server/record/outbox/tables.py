"""The table of mails: those that wait, and for a month what became of the others."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from mooring.server.foundation.database.schema import Instant, metadata

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(30), primary_key=True),  # grows with time; names the mail on its way, too
    Column("kind", String(32), nullable=False),
    Column("language", String(16), nullable=False),
    Column("sealed_content", LargeBinary),  # address and values; none once it was sent or given up
    Column("created_at", Instant, nullable=False, index=True),
    Column("ends_at", Instant, nullable=False),  # not tried after that
    Column("due_at", Instant, index=True),  # when it is tried next; none: never again
    Column("attempts", Integer, nullable=False),
    Column("claim", LargeBinary(16)),  # random: who is sending it, until due_at
    Column("sent_at", Instant),
    Column("failed_at", Instant),
    Column("why", String(300)),  # what the last try met
)

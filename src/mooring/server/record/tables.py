"""The table of events: only ever added to."""

from sqlalchemy import JSON, Column, Index, String, Table, literal_column

from mooring.server.foundation.database.schema import Instant, metadata

events = Table(
    "events",
    metadata,
    Column("id", String(30), primary_key=True),  # grows with time
    Column("at", Instant, nullable=False, index=True),
    Column("kind", String(64), nullable=False),  # activation.created, license.revoked, ...
    Column("actor_kind", String(16), nullable=False),  # device account staff operator system
    Column("actor_id", String(64)),
    Column("product_id", String(30), index=True),
    Column("license_id", String(30), index=True),
    Column("device_id", String(30), index=True),
    Column("activation_id", String(30), index=True),
    Column("account_id", String(30), index=True),
    Column("detail", JSON, nullable=False),
)

OF_STAFF = literal_column("substr(kind, 1, 6)") == literal_column("'staff.'")
"""Tells of who works here, and what became of that. Few of many: so they have an index of their own."""
Index("ix_events_of_staff", events.c.id, sqlite_where=OF_STAFF, postgresql_where=OF_STAFF)

"""The table of events: only ever added to."""

from sqlalchemy import JSON, Column, String, Table

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

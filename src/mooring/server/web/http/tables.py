"""The table of answers already given, by which a repeated request is told the same again."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from mooring.server.foundation.database.schema import Instant, metadata

idempotent_answers = Table(
    "idempotent_answers",
    metadata,
    Column("name", LargeBinary(32), primary_key=True),  # SHA-256 of caller, route and the caller's key
    Column("request_hash", LargeBinary(32), nullable=False),  # SHA-256 of the digest of its body
    Column("status", Integer, nullable=False),
    Column("media_type", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),  # encrypted: only the same request opens it
    Column("created_at", Instant, nullable=False, index=True),
)

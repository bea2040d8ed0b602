"""The tables of answers already given and of proofs already used: what a repeated request is judged by."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

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

seen_proofs = Table(
    "seen_proofs",
    metadata,
    # In this order: what came at the same time lies together, and is removed together.
    Column("step", BigInteger, primary_key=True, autoincrement=False),  # the time step of the proof's nonce
    Column("name", LargeBinary(16), primary_key=True),  # BLAKE2b of the key's thumbprint and the jti
)

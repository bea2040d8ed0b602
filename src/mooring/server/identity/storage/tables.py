"""The tables of identity: accounts, who is signed in where, and which devices act for whom."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from mooring.server.foundation.database.schema import Instant, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("email", String(254), nullable=False),  # as typed: where mail goes
    Column("email_key", String(254), nullable=False, unique=True),  # folded: how it is found
    Column("verified_at", Instant),  # none: nobody proved to read that mailbox
    Column("provider", String(32), nullable=False),  # local
    Column("created_at", Instant, nullable=False),
)

passwords = Table(
    "passwords",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("hash", String(255), nullable=False),  # argon2id, with its parameters and salt
    Column("changed_at", Instant, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("id", String(30), nullable=False, unique=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
)
Index("ix_sessions_account_id", sessions.c.account_id)
Index("ix_sessions_created_at", sessions.c.created_at)
Index("ix_sessions_last_seen_at", sessions.c.last_seen_at)

grants = Table(  # this device is signed in to that account
    "grants",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("client_id", String(64), nullable=False),
    Column("jkt", String(43), nullable=False),  # RFC 7638 thumbprint of the device's public key
    Column("scope", String(64), nullable=False),
    Column("product", String(64)),
    Column("device_name", String(64)),
    Column("action", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("end_reason", String(24)),  # signed_out ended_by_owner code_replayed refresh_token_reused
)
Index("ix_grants_account_id", grants.c.account_id)

device_authorizations = Table(  # a device shows a code and waits
    "device_authorizations",
    metadata,
    Column("device_code_hash", LargeBinary(32), primary_key=True),
    Column("user_code_hash", LargeBinary(32), nullable=False, unique=True),
    Column("client_id", String(64), nullable=False),
    Column("jkt", String(43), nullable=False),
    Column("scope", String(64), nullable=False),
    Column("product", String(64)),
    Column("device_name", String(64)),
    Column("action", String(16), nullable=False),
    Column("network", String(64), nullable=False),  # where it asked from; goes with the row, within two days
    Column("created_at", Instant, nullable=False, index=True),
    Column("interval", Integer, nullable=False),  # seconds to be left between two polls
    Column("last_polled_at", Instant),
    Column("state", String(16), nullable=False),  # pending approved denied redeemed
    Column("account_id", ForeignKey("accounts.id")),  # who decided
)

authorization_codes = Table(
    "authorization_codes",
    metadata,
    Column("code_hash", LargeBinary(32), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("client_id", String(64), nullable=False),
    Column("redirect_uri", String(64), nullable=False),
    Column("challenge", String(43), nullable=False),
    Column("dpop_jkt", String(43)),
    Column("scope", String(64), nullable=False),
    Column("product", String(64)),
    Column("device_name", String(64)),
    Column("action", String(16), nullable=False),
    Column("created_at", Instant, nullable=False, index=True),
    Column("grant_id", ForeignKey("grants.id")),  # none while it is unused
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("grant_id", ForeignKey("grants.id"), nullable=False),
    Column("issued_at", Instant, nullable=False, index=True),
    Column("used_at", Instant, index=True),
    Column("successor_hash", LargeBinary(32), unique=True),
    Column("sealed_successor", LargeBinary),  # kept 60 seconds, for an answer that was lost
)
Index(  # few at a time: those of the last minute
    "ix_refresh_tokens_sealed",
    refresh_tokens.c.used_at,
    sqlite_where=refresh_tokens.c.sealed_successor.is_not(None),
    postgresql_where=refresh_tokens.c.sealed_successor.is_not(None),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("grant_id", ForeignKey("grants.id"), nullable=False),
    Column("issued_at", Instant, nullable=False, index=True),
)

"""The tables of identity: accounts, who is signed in where, and which devices act for whom."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from mooring.server.foundation.database.schema import Instant, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("email", String(254)),  # as typed: where mail goes; none: a provider's word is no proof of one
    Column("email_key", String(254), unique=True),  # folded: how it is found
    Column("verified_at", Instant),  # none: nobody proved to read that mailbox
    Column("provider", String(32), nullable=False),  # local, or the provider it was made through
    Column("name", String(100)),  # as the provider tells it, to be shown to the person alone
    Column("language", String(16)),  # chosen; none: what the browser asks for
    Column("staff_role", String(16)),  # owner admin support viewer; none: a customer
    Column("created_at", Instant, nullable=False),
)
Index(  # few of many: those who work here
    "ix_accounts_staff_role",
    accounts.c.staff_role,
    sqlite_where=accounts.c.staff_role.is_not(None),
    postgresql_where=accounts.c.staff_role.is_not(None),
)

staff_invitations = Table(  # a mailed link makes who opens it one of the staff
    "staff_invitations",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("email", String(254), nullable=False),
    Column("email_key", String(254), nullable=False, index=True),
    Column("role", String(16), nullable=False),
    Column("invited_by", String(30), nullable=False, index=True),  # an account, which may be gone by now
    Column("created_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False, index=True),  # accepted or undone, it is gone before that
)

identities = Table(  # who the person is at a provider
    "identities",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("provider", String(32), nullable=False),  # microsoft, google, github, or the name of another
    Column("issuer", String(255), nullable=False),
    Column("subject", String(255), nullable=False),  # with Microsoft the tenant and the object in it
    Column("provider_sub", String(255)),  # with Microsoft the token's own subject, kept beside
    Column("hint", String(254)),  # address or name as the provider gave it: shown, and never searched for
    Column("linked_at", Instant, nullable=False),
    Column("last_used_at", Instant, nullable=False),
    UniqueConstraint("issuer", "subject"),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("credential_id", LargeBinary(1023), nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),  # COSE
    Column("sign_count", BigInteger, nullable=False),
    Column("name", String(64), nullable=False),
    Column("transports", JSON, nullable=False),
    Column("backed_up", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant),
)

authenticators = Table(  # an app that shows codes (RFC 6238)
    "authenticators",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("confirmed_at", Instant),  # none: it was shown, and no code of it was typed
    Column("last_step", BigInteger, nullable=False),  # a code is good once: no step up to here is taken again
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("code_hash", LargeBinary(32), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),
)

mail_tokens = Table(  # what a link or a code in a mail stands for
    "mail_tokens",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("purpose", String(24), nullable=False),  # sign_up verify reset change ...
    Column("account_id", ForeignKey("accounts.id"), index=True),  # none: there is no account yet
    Column("email", String(254), nullable=False),
    Column("email_key", String(254), nullable=False, index=True),
    Column("code_hash", LargeBinary(32)),  # of the short code that may be typed instead
    Column("tries", Integer, nullable=False),  # of that code
    Column("sealed_values", LargeBinary),  # what is kept until then, such as the new password's hash
    Column("created_at", Instant, nullable=False, index=True),
    Column("ends_at", Instant, nullable=False, index=True),
    Column("used_at", Instant),
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
    Column("method", String(40)),  # password, passkey or a provider's name; none: a password, in older rows
    Column("second_factor_at", Instant),
    Column("fresh_at", Instant),  # when the person last proved who they are; none: at the beginning
    Column("identity_id", ForeignKey("identities.id")),  # by which they signed in
    Column("provider_session", String(255), index=True),  # at that provider: when it ends, this one does
    Column("browser", String(120)),  # such as: Firefox on Windows
    Column("place", String(64)),  # the address it came from
)
Index("ix_sessions_identity_id", sessions.c.identity_id)
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
    Column("identity_id", ForeignKey("identities.id")),  # by which the person had signed in who let it in
)
Index("ix_grants_identity_id", grants.c.identity_id)
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
    Column("identity_id", String(30)),  # by which they had signed in
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
    Column("identity_id", String(30)),  # by which the person had signed in who agreed
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

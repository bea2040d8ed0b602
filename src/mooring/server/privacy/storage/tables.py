"""The tables of privacy: what people agreed to, and withdrew."""

from sqlalchemy import Column, Index, Integer, String, Table

from mooring.server.foundation.database.schema import Instant, metadata

consents = Table(
    "consents",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("account_id", String(30), nullable=False),  # identity's
    Column("choice", String(32), nullable=False),  # mooring.core.privacy
    Column("text_version", Integer, nullable=False),  # of the text that was agreed to
    Column("language", String(16), nullable=False),  # in which it was shown
    Column("agreed_at", Instant, nullable=False),
    Column("agreed_by", String(16), nullable=False),  # site program
    Column("withdrawn_at", Instant),  # none while it stands
    Column("withdrawn_by", String(16)),
)
Index("ix_consents_account_id", consents.c.account_id, consents.c.id)
Index(  # one that stands for each choice of an account
    "uq_consents_standing",
    consents.c.account_id,
    consents.c.choice,
    unique=True,
    sqlite_where=consents.c.withdrawn_at.is_(None),
    postgresql_where=consents.c.withdrawn_at.is_(None),
)

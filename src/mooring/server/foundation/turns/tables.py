"""The table of turns that somebody has."""

from sqlalchemy import BigInteger, Column, LargeBinary, Table

from mooring.server.foundation.database.schema import metadata

turns = Table(
    "turns",
    metadata,
    Column("name", LargeBinary(32), primary_key=True),  # SHA-256 of what it is the turn of
    Column("holder", LargeBinary(16), nullable=False),  # random: one turn of that name
    Column("ends_at", BigInteger, nullable=False),  # milliseconds since 1970, by the database's clock
)

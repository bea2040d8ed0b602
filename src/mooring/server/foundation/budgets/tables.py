"""The table of budgets that are not full."""

from sqlalchemy import BigInteger, Column, LargeBinary, Table

from mooring.server.foundation.database.schema import metadata

budgets = Table(
    "budgets",
    metadata,
    Column("name", LargeBinary(16), primary_key=True),  # keyed hash of the budget's name and whose it is
    Column("full_at", BigInteger, nullable=False),  # microseconds since 1970
    Column("spacing", BigInteger, nullable=False),  # microseconds in which one try comes back
    Column("room", BigInteger, nullable=False),  # microseconds in which an empty budget fills
)

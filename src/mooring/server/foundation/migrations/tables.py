"""What the tables say of themselves: the oldest code that they still serve."""

from sqlalchemy import Column, String, Table

from mooring.server.foundation.database.schema import metadata

schema_reach = Table(  # one row, written with every step; see revisions.Schema
    "schema_reach",
    metadata,
    Column("oldest_revision", String(32), primary_key=True),
)

"""What Alembic runs: the steps, on the connection it was given.

The connection is in a transaction already, see ``migrating``: whoever began it commits it.
"""

from typing import Literal

from alembic import context

from mooring.server.foundation.database.schema import Instant, metadata


def _as_stored(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write an ``Instant`` as what the database keeps, so that old revisions need none of our code."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.BigInteger()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter most of a table: Alembic copies it
    render_item=_as_stored,
    transaction_per_migration=False,
)
context.run_migrations()

"""What the tables serve."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
serves_from: str = "0004"
"""The oldest revision whose code works on these tables, too: older where the step only adds to them."""


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "schema_reach",
        sa.Column("oldest_revision", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("oldest_revision", name=op.f("pk_schema_reach")),
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("schema_reach")

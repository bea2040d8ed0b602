"""Budgets of tries."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
serves_from: str = "0004"
"""The oldest revision whose code works on these tables, too: older where the step only adds to them."""


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "budgets",
        sa.Column("name", sa.LargeBinary(length=16), nullable=False),
        sa.Column("full_at", sa.BigInteger(), nullable=False),
        sa.Column("spacing", sa.BigInteger(), nullable=False),
        sa.Column("room", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_budgets")),
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("budgets")

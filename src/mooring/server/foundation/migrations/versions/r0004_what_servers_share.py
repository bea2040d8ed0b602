"""What servers share."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "seen_proofs",
        sa.Column("step", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("step", "name", name=op.f("pk_seen_proofs")),
    )
    op.create_table(
        "turns",
        sa.Column("name", sa.LargeBinary(length=32), nullable=False),
        sa.Column("holder", sa.LargeBinary(length=16), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_turns")),
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("turns")
    op.drop_table("seen_proofs")

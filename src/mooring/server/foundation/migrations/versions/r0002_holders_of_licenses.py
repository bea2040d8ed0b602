"""Holders of licenses."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Take the step."""
    with op.batch_alter_table("installations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key_typed_at", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("licenses", schema=None) as batch_op:
        batch_op.add_column(sa.Column("holder_account", sa.String(length=30), nullable=True))
        batch_op.add_column(sa.Column("holder_masked", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("holder_provider", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("holder_since", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("holder_confirmed_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("holder_provisional_until", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("holder_device", sa.String(length=30), nullable=True))
        batch_op.create_index(
            "ix_licenses_holder_account",
            ["holder_account", "id"],
            unique=False,
            sqlite_where=sa.text("holder_account IS NOT NULL"),
            postgresql_where=sa.text("holder_account IS NOT NULL"),
        )


def downgrade() -> None:
    """Take the step back."""
    with op.batch_alter_table("licenses", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_licenses_holder_account",
            sqlite_where=sa.text("holder_account IS NOT NULL"),
            postgresql_where=sa.text("holder_account IS NOT NULL"),
        )
        batch_op.drop_column("holder_device")
        batch_op.drop_column("holder_provisional_until")
        batch_op.drop_column("holder_confirmed_at")
        batch_op.drop_column("holder_since")
        batch_op.drop_column("holder_provider")
        batch_op.drop_column("holder_masked")
        batch_op.drop_column("holder_account")

    with op.batch_alter_table("installations", schema=None) as batch_op:
        batch_op.drop_column("key_typed_at")

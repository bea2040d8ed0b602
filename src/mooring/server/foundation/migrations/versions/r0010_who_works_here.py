"""Who works here."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
serves_from: str = "0009"
"""The oldest revision whose code works on these tables, too: older where the step only adds to them."""


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "staff_invitations",
        sa.Column("id", sa.String(length=30), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("invited_by", sa.String(length=30), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_invitations_token_hash")),
    )
    with op.batch_alter_table("staff_invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_invitations_email_key"), ["email_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_invitations_ends_at"), ["ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_staff_invitations_invited_by"), ["invited_by"], unique=False)

    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_accounts_staff_role",
            ["staff_role"],
            unique=False,
            sqlite_where=sa.text("staff_role IS NOT NULL"),
            postgresql_where=sa.text("staff_role IS NOT NULL"),
        )

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(
            "ix_events_of_staff",
            ["id"],
            unique=False,
            sqlite_where=sa.text("substr(kind, 1, 6) = 'staff.'"),
            postgresql_where=sa.text("substr(kind, 1, 6) = 'staff.'"),
        )


def downgrade() -> None:
    """Take the step back."""
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_events_of_staff",
            sqlite_where=sa.text("substr(kind, 1, 6) = 'staff.'"),
            postgresql_where=sa.text("substr(kind, 1, 6) = 'staff.'"),
        )

    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_accounts_staff_role",
            sqlite_where=sa.text("staff_role IS NOT NULL"),
            postgresql_where=sa.text("staff_role IS NOT NULL"),
        )

    with op.batch_alter_table("staff_invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_invitations_invited_by"))
        batch_op.drop_index(batch_op.f("ix_staff_invitations_ends_at"))
        batch_op.drop_index(batch_op.f("ix_staff_invitations_email_key"))

    op.drop_table("staff_invitations")

"""What people agree to share."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
serves_from: str = "0009"
"""The oldest revision whose code works on these tables, too: older where the step only adds to them."""


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "consents",
        sa.Column("id", sa.String(length=30), nullable=False),
        sa.Column("account_id", sa.String(length=30), nullable=False),
        sa.Column("choice", sa.String(length=32), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("agreed_at", sa.BigInteger(), nullable=False),
        sa.Column("agreed_by", sa.String(length=16), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index("ix_consents_account_id", ["account_id", "id"], unique=False)
        batch_op.create_index(
            "uq_consents_standing",
            ["account_id", "choice"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "device_names",
        sa.Column("device_id", sa.String(length=30), nullable=False),
        sa.Column("consent_id", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_device_names_device_id_devices")
        ),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device_names")),
    )
    with op.batch_alter_table("device_names", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_names_consent_id"), ["consent_id"], unique=False)


def downgrade() -> None:
    """Take the step back."""
    with op.batch_alter_table("device_names", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_names_consent_id"))

    op.drop_table("device_names")
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_consents_standing",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index("ix_consents_account_id")

    op.drop_table("consents")

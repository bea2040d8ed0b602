"""Licenses change hands."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
serves_from: str = "0009"
"""The oldest revision whose code works on these tables, too: older where the step only adds to them."""


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "claim_links",
        sa.Column("link_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_address", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("link_hash", name=op.f("pk_claim_links")),
    )
    with op.batch_alter_table("claim_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_links_address_hash"), ["address_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_links_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "handovers",
        sa.Column("id", sa.String(length=30), nullable=False),
        sa.Column("license_id", sa.String(length=30), nullable=False),
        sa.Column("giver", sa.String(length=30), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_names", sa.LargeBinary(), nullable=False),
        sa.Column("link_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("offered_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("receiver", sa.String(length=30), nullable=True),
        sa.ForeignKeyConstraint(
            ["license_id"], ["licenses.id"], name=op.f("fk_handovers_license_id_licenses")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_handovers_link_hash")),
    )
    with op.batch_alter_table("handovers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handovers_address_hash"), ["address_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_handovers_ends_at"), ["ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_handovers_giver"), ["giver"], unique=False)
        batch_op.create_index(
            "uq_handovers_open",
            ["license_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "purchases",
        sa.Column("license_id", sa.String(length=30), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed_address", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("sold_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["license_id"], ["licenses.id"], name=op.f("fk_purchases_license_id_licenses")
        ),
        sa.PrimaryKeyConstraint("license_id", name=op.f("pk_purchases")),
    )
    with op.batch_alter_table("purchases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purchases_address_hash"), ["address_hash"], unique=False)


def downgrade() -> None:
    """Take the step back."""
    with op.batch_alter_table("purchases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_purchases_address_hash"))

    op.drop_table("purchases")
    with op.batch_alter_table("handovers", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_handovers_open",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_handovers_giver"))
        batch_op.drop_index(batch_op.f("ix_handovers_ends_at"))
        batch_op.drop_index(batch_op.f("ix_handovers_address_hash"))

    op.drop_table("handovers")
    with op.batch_alter_table("claim_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_links_ends_at"))
        batch_op.drop_index(batch_op.f("ix_claim_links_address_hash"))

    op.drop_table("claim_links")

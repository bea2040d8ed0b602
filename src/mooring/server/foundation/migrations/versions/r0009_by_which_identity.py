"""By which identity."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
serves_from: str = "0009"
"""The oldest revision whose code works on these tables, too: older where the step only adds to them."""


def upgrade() -> None:
    """Take the step."""
    with op.batch_alter_table("authorization_codes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("identity_id", sa.String(length=30), nullable=True))

    with op.batch_alter_table("device_authorizations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("identity_id", sa.String(length=30), nullable=True))

    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.add_column(sa.Column("identity_id", sa.String(length=30), nullable=True))
        batch_op.create_index("ix_grants_identity_id", ["identity_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_grants_identity_id_identities"), "identities", ["identity_id"], ["id"]
        )

    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.drop_column("session_id")

    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("provider_session", sa.String(length=255), nullable=True))
        batch_op.create_index(batch_op.f("ix_sessions_provider_session"), ["provider_session"], unique=False)


def downgrade() -> None:
    """Take the step back."""
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_provider_session"))
        batch_op.drop_column("provider_session")

    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("session_id", sa.VARCHAR(length=255), nullable=True))

    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_grants_identity_id_identities"), type_="foreignkey")
        batch_op.drop_index("ix_grants_identity_id")
        batch_op.drop_column("identity_id")

    with op.batch_alter_table("device_authorizations", schema=None) as batch_op:
        batch_op.drop_column("identity_id")

    with op.batch_alter_table("authorization_codes", schema=None) as batch_op:
        batch_op.drop_column("identity_id")

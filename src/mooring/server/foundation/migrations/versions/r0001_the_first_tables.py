"""The first tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "devices",
        sa.Column("id", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("os_version", sa.String(length=64), nullable=True),
        sa.Column("hardware", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.String(length=30), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=True),
        sa.Column("product_id", sa.String(length=30), nullable=True),
        sa.Column("license_id", sa.String(length=30), nullable=True),
        sa.Column("device_id", sa.String(length=30), nullable=True),
        sa.Column("activation_id", sa.String(length=30), nullable=True),
        sa.Column("account_id", sa.String(length=30), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_activation_id"), ["activation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_device_id"), ["device_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_license_id"), ["license_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_product_id"), ["product_id"], unique=False)

    op.create_table(
        "idempotent_answers",
        sa.Column("name", sa.LargeBinary(length=32), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_idempotent_answers")),
    )
    with op.batch_alter_table("idempotent_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotent_answers_created_at"), ["created_at"], unique=False)

    op.create_table(
        "issuing_keys",
        sa.Column("kid", sa.String(length=43), nullable=False),
        sa.Column("use", sa.String(length=16), nullable=False),
        sa.Column("sealed_private_key", sa.LargeBinary(), nullable=False),
        sa.Column("statement", sa.String(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("min_epoch", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=True),
        sa.Column("sign_until", sa.BigInteger(), nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_issuing_keys")),
    )
    op.create_table(
        "products",
        sa.Column("id", sa.String(length=30), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("product_code", sa.Integer(), nullable=False),
        sa.Column("urls", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("product_code", name=op.f("uq_products_product_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_products_slug")),
    )
    op.create_table(
        "publisher",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("hardware_salt", sa.LargeBinary(), nullable=False),
        sa.Column("secret_fingerprint", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_publisher")),
    )
    op.create_table(
        "root_keys",
        sa.Column("kid", sa.String(length=43), nullable=False),
        sa.Column("jwk", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_root_keys")),
    )
    op.create_table(
        "status_lists",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_status_lists")),
    )
    op.create_table(
        "device_components",
        sa.Column("component_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("device_id", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_device_components_device_id_devices")
        ),
        sa.PrimaryKeyConstraint("component_hash", "device_id", name=op.f("pk_device_components")),
    )
    with op.batch_alter_table("device_components", schema=None) as batch_op:
        batch_op.create_index("ix_device_components_device_id", ["device_id"], unique=False)

    op.create_table(
        "editions",
        sa.Column("id", sa.String(length=30), nullable=False),
        sa.Column("product_id", sa.String(length=30), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("entitlements", sa.JSON(), nullable=False),
        sa.Column("unactivated_entitlements", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_editions_product_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("product_id", "slug", name=op.f("uq_editions_product_id_slug")),
    )
    op.create_table(
        "policies",
        sa.Column("id", sa.String(length=30), nullable=False),
        sa.Column("edition_id", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("lease_seats", sa.Integer(), nullable=False),
        sa.Column("lease_hours", sa.Integer(), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=True),
        sa.Column("move_window_days", sa.Integer(), nullable=False),
        sa.Column("offline_days", sa.Integer(), nullable=False),
        sa.Column("valid_days", sa.Integer(), nullable=True),
        sa.Column("payment_grace_days", sa.Integer(), nullable=False),
        sa.Column("tolerance", sa.String(length=16), nullable=False),
        sa.Column("link", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_policies_edition_id_editions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policies")),
        sa.UniqueConstraint("edition_id", "name", name=op.f("uq_policies_edition_id_name")),
    )
    op.create_table(
        "licenses",
        sa.Column("id", sa.String(length=30), nullable=False),
        sa.Column("product_id", sa.String(length=30), nullable=False),
        sa.Column("policy_id", sa.String(length=30), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("pepper_id", sa.String(length=16), nullable=True),
        sa.Column("last_five", sa.String(length=5), nullable=True),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("first_activated_at", sa.BigInteger(), nullable=True),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("takings", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_licenses_policy_id_policies")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_licenses_product_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licenses")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_licenses_key_hash")),
    )
    with op.batch_alter_table("licenses", schema=None) as batch_op:
        batch_op.create_index("ix_licenses_last_five", ["last_five"], unique=False)

    op.create_table(
        "activations",
        sa.Column("id", sa.String(length=30), nullable=False),
        sa.Column("license_id", sa.String(length=30), nullable=False),
        sa.Column("device_id", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("taking", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.Column("release_reason", sa.String(length=24), nullable=True),
        sa.Column("takings_at_release", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_activations_device_id_devices")),
        sa.ForeignKeyConstraint(
            ["license_id"], ["licenses.id"], name=op.f("fk_activations_license_id_licenses")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activations")),
        sa.UniqueConstraint(
            "license_id", "device_id", "kind", name=op.f("uq_activations_license_id_device_id_kind")
        ),
    )
    with op.batch_alter_table("activations", schema=None) as batch_op:
        batch_op.create_index("ix_activations_device_id", ["device_id"], unique=False)
        batch_op.create_index(
            "ix_activations_ends_at",
            ["ends_at"],
            unique=False,
            sqlite_where=sa.text("ends_at IS NOT NULL"),
            postgresql_where=sa.text("ends_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_activations_license_id_kind_ends_at", ["license_id", "kind", "ends_at"], unique=False
        )

    op.create_table(
        "moves",
        sa.Column("license_id", sa.String(length=30), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.String(length=30), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["license_id"], ["licenses.id"], name=op.f("fk_moves_license_id_licenses")),
        sa.PrimaryKeyConstraint("license_id", "number", name=op.f("pk_moves")),
    )
    op.create_table(
        "installations",
        sa.Column("id", sa.String(length=30), nullable=False),
        sa.Column("activation_id", sa.String(length=30), nullable=False),
        sa.Column("jkt", sa.String(length=43), nullable=False),
        sa.Column("sequence", sa.JSON(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("certificate_issued_at", sa.BigInteger(), nullable=False),
        sa.Column("certificate_ends_at", sa.BigInteger(), nullable=False),
        sa.Column("status_list", sa.Integer(), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("app_version", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["activation_id"], ["activations.id"], name=op.f("fk_installations_activation_id_activations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installations")),
        sa.UniqueConstraint("activation_id", "jkt", name=op.f("uq_installations_activation_id_jkt")),
        sa.UniqueConstraint(
            "status_list", "status_index", name=op.f("uq_installations_status_list_status_index")
        ),
    )
    with op.batch_alter_table("installations", schema=None) as batch_op:
        batch_op.create_index("ix_installations_jkt", ["jkt"], unique=False)
        batch_op.create_index(
            "ix_installations_not_valid",
            ["status_list"],
            unique=False,
            sqlite_where=sa.text("status != 0"),
            postgresql_where=sa.text("status != 0"),
        )


def downgrade() -> None:
    """Take the step back."""
    with op.batch_alter_table("installations", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_installations_not_valid",
            sqlite_where=sa.text("status != 0"),
            postgresql_where=sa.text("status != 0"),
        )
        batch_op.drop_index("ix_installations_jkt")

    op.drop_table("installations")
    op.drop_table("moves")
    with op.batch_alter_table("activations", schema=None) as batch_op:
        batch_op.drop_index("ix_activations_license_id_kind_ends_at")
        batch_op.drop_index(
            "ix_activations_ends_at",
            sqlite_where=sa.text("ends_at IS NOT NULL"),
            postgresql_where=sa.text("ends_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_activations_device_id")

    op.drop_table("activations")
    with op.batch_alter_table("licenses", schema=None) as batch_op:
        batch_op.drop_index("ix_licenses_last_five")

    op.drop_table("licenses")
    op.drop_table("policies")
    op.drop_table("editions")
    with op.batch_alter_table("device_components", schema=None) as batch_op:
        batch_op.drop_index("ix_device_components_device_id")

    op.drop_table("device_components")
    op.drop_table("status_lists")
    op.drop_table("root_keys")
    op.drop_table("publisher")
    op.drop_table("products")
    op.drop_table("issuing_keys")
    with op.batch_alter_table("idempotent_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotent_answers_created_at"))

    op.drop_table("idempotent_answers")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_events_product_id"))
        batch_op.drop_index(batch_op.f("ix_events_license_id"))
        batch_op.drop_index(batch_op.f("ix_events_device_id"))
        batch_op.drop_index(batch_op.f("ix_events_at"))
        batch_op.drop_index(batch_op.f("ix_events_activation_id"))
        batch_op.drop_index(batch_op.f("ix_events_account_id"))

    op.drop_table("events")
    op.drop_table("devices")

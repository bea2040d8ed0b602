"""The tables of licensing: the catalog, licenses, and who holds which seat."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from mooring.server.foundation.database.schema import Instant, metadata

publisher = Table(
    "publisher",
    metadata,
    Column("one", Integer, primary_key=True),  # always 1: one server is one publisher
    Column("issuer", String, nullable=False),  # permanent
    Column("hardware_salt", LargeBinary, nullable=False),  # permanent, public
    Column("secret_fingerprint", String, nullable=False),  # which MOORING_SECRET_FILE it belongs to
    Column("created_at", Instant, nullable=False),
)

products = Table(
    "products",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("slug", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("product_code", Integer, nullable=False, unique=True),  # 0-624, never reused
    Column("urls", JSON, nullable=False),  # {buy, renew, support, account, privacy}
    Column("created_at", Instant, nullable=False),
)

editions = Table(
    "editions",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("product_id", ForeignKey("products.id"), nullable=False),
    Column("slug", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("entitlements", JSON, nullable=False),  # {slug: display name}
    Column("unactivated_entitlements", JSON, nullable=False),  # [slug]
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("product_id", "slug"),
)

policies = Table(
    "policies",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("edition_id", ForeignKey("editions.id"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("channel", String(16), nullable=False),  # retail oem volume subscription trial
    Column("seats", Integer, nullable=False),
    Column("lease_seats", Integer, nullable=False),
    Column("lease_hours", Integer, nullable=False),
    Column("moves", Integer),  # none: unlimited
    Column("move_window_days", Integer, nullable=False),
    Column("offline_days", Integer, nullable=False),
    Column("valid_days", Integer),  # none: never ends
    Column("payment_grace_days", Integer, nullable=False),
    Column("tolerance", String(16), nullable=False),  # strict standard lenient
    Column("link", String(16), nullable=False),  # offered no required
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("edition_id", "name"),
)

licenses = Table(
    "licenses",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("product_id", ForeignKey("products.id"), nullable=False),
    Column("policy_id", ForeignKey("policies.id"), nullable=False),
    Column("key_hash", LargeBinary(32), unique=True),  # HMAC of the product key; none for a trial
    Column("pepper_id", String(16)),
    Column("last_five", String(5)),  # none: no key opens it, for it is a trial or was handed over
    Column("standing", String(16), nullable=False),  # active suspended revoked
    Column("seats", Integer),  # none: as the policy says
    Column("expires_at", Instant),  # set at first activation where the policy has valid_days, or by `extend`
    Column("first_activated_at", Instant),
    Column("held", Integer, nullable=False),  # seats held now: nothing has to be counted under the lock
    Column("takings", Integer, nullable=False),  # seats ever taken by a computer that did not hold one
    Column("moved", Integer, nullable=False),  # how many of the takings were moves
    Column("batch", String(64)),  # the minting or import it came from
    Column("created_at", Instant, nullable=False),
    Column("holder_account", String(30)),  # identity's; none while it is not linked
    Column("holder_masked", String(200)),
    Column("holder_provider", String(64)),
    Column("holder_since", Instant),
    Column("holder_confirmed_at", Instant),  # none while the holder is provisional
    Column("holder_provisional_until", Instant),
    Column("holder_device", String(30)),  # on which it became holder
)
Index("ix_licenses_last_five", licenses.c.last_five)
Index(  # most licenses have no holder
    "ix_licenses_holder_account",
    licenses.c.holder_account,
    licenses.c.id,
    sqlite_where=licenses.c.holder_account.is_not(None),
    postgresql_where=licenses.c.holder_account.is_not(None),
)

moves = Table(
    "moves",
    metadata,
    Column("license_id", ForeignKey("licenses.id"), primary_key=True),
    Column("number", Integer, primary_key=True),  # the license's taking that it counts
    Column("device_id", String(30), nullable=False),
    Column("at", Instant, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("name", String(100), nullable=False),  # neutral ("amber-heron") unless a name was agreed to
    Column("platform", String(32), nullable=False),
    Column("os_version", String(64)),
    Column("hardware", JSON, nullable=False),  # {component: hash keyed again with the server's secret}
    Column("created_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
)

device_names = Table(  # devices that go by the name they call themselves, and whose consent that is by
    "device_names",
    metadata,
    Column("device_id", ForeignKey("devices.id"), primary_key=True),
    Column("consent_id", String(30), nullable=False, index=True),  # privacy's
)

device_components = Table(  # by which a reinstalled computer is found
    "device_components",
    metadata,
    Column("component_hash", LargeBinary(32), primary_key=True),  # protected, 16 bytes
    Column("device_id", ForeignKey("devices.id"), primary_key=True),
)
Index("ix_device_components_device_id", device_components.c.device_id)

activations = Table(
    "activations",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("license_id", ForeignKey("licenses.id"), nullable=False),
    Column("device_id", ForeignKey("devices.id"), nullable=False),
    Column("kind", String(8), nullable=False),  # seat lease
    Column("method", String(16), nullable=False),
    Column("taking", Integer, nullable=False),  # licenses.takings when this seat was taken
    Column("created_at", Instant, nullable=False),
    Column("ends_at", Instant),  # a lease's end
    Column("released_at", Instant),  # none while the seat is held
    Column("release_reason", String(24)),  # deactivated replaced freed moved
    Column("takings_at_release", Integer),  # licenses.takings when it was released
    UniqueConstraint("license_id", "device_id", "kind"),
)
Index(
    "ix_activations_license_id_kind_ends_at",
    activations.c.license_id,
    activations.c.kind,
    activations.c.ends_at,
)
Index("ix_activations_device_id", activations.c.device_id)
Index(  # only leases end by themselves, and they are few
    "ix_activations_ends_at",
    activations.c.ends_at,
    sqlite_where=activations.c.ends_at.is_not(None),
    postgresql_where=activations.c.ends_at.is_not(None),
)

installations = Table(  # one operating-system user's key pair, on one activation
    "installations",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("activation_id", ForeignKey("activations.id"), nullable=False),
    Column("jkt", String(43), nullable=False),  # RFC 7638 thumbprint of its public key
    Column("sequence", JSON, nullable=False),  # licensing.domain.sequence
    Column(
        "certificate", LargeBinary, nullable=False
    ),  # the last one issued, sealed; repeated if its answer is lost
    Column("certificate_issued_at", Instant, nullable=False),
    Column("certificate_ends_at", Instant, nullable=False),
    Column("status_list", Integer, nullable=False),
    Column("status_index", Integer, nullable=False),
    Column("status", Integer, nullable=False),  # 0 valid, 1 invalid, 2 suspended
    Column("app_version", String(64)),
    Column("created_at", Instant, nullable=False),
    Column("removed_at", Instant),  # none while it counts among its activation's installations
    Column("key_typed_at", Instant),  # when the product key was last typed there
    UniqueConstraint("activation_id", "jkt"),
    UniqueConstraint("status_list", "status_index"),
)
Index("ix_installations_jkt", installations.c.jkt)
Index(  # a status list is made from the few that are not valid
    "ix_installations_not_valid",
    installations.c.status_list,
    sqlite_where=installations.c.status != 0,
    postgresql_where=installations.c.status != 0,
)

status_lists = Table(
    "status_lists",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("version", BigInteger, nullable=False),  # grows with every change of a status
)

issuing_keys = Table(
    "issuing_keys",
    metadata,
    Column("kid", String(43), primary_key=True),
    Column("use", String(16), nullable=False),  # certificate status_list offline
    Column("sealed_private_key", LargeBinary, nullable=False),  # encrypted with the server's secret
    Column("statement", String),  # the root's; none while it is only requested
    Column("epoch", Integer, nullable=False),
    Column("min_epoch", Integer, nullable=False),  # the lowest epoch believed beside it
    Column("not_before", Instant),
    Column("sign_until", Instant),
    Column("current", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
)

root_keys = Table(
    "root_keys",
    metadata,
    Column("kid", String(43), primary_key=True),
    Column("jwk", JSON, nullable=False),  # public
    Column("created_at", Instant, nullable=False),
)

handovers = Table(  # a license that its holder offers to somebody
    "handovers",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("license_id", ForeignKey("licenses.id"), nullable=False),
    Column("giver", String(30), nullable=False, index=True),  # identity's account
    Column("address_hash", LargeBinary(32), nullable=False, index=True),  # keyed: of whom it is offered to
    Column("sealed_names", LargeBinary, nullable=False),  # that address, and how the giver is shown
    Column("link_hash", LargeBinary(32), nullable=False, unique=True),  # keyed: of the mailed link
    Column("language", String(16), nullable=False),
    Column("offered_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False, index=True),
    Column("ended_at", Instant),  # none while it is open
    Column("outcome", String(16)),  # accepted declined undone lapsed
    Column("receiver", String(30)),  # identity's account that accepted it
)
Index(  # one open offer for each license
    "uq_handovers_open",
    handovers.c.license_id,
    unique=True,
    sqlite_where=handovers.c.ended_at.is_(None),
    postgresql_where=handovers.c.ended_at.is_(None),
)

purchases = Table(  # a license waits for who reads this mailbox
    "purchases",
    metadata,
    Column("license_id", ForeignKey("licenses.id"), primary_key=True),
    Column("address_hash", LargeBinary(32), nullable=False, index=True),
    Column("sealed_address", LargeBinary, nullable=False),
    Column("language", String(16), nullable=False),
    Column("sold_at", Instant, nullable=False),
)

claim_links = Table(  # what a mail to a buyer's address carries
    "claim_links",
    metadata,
    Column("link_hash", LargeBinary(32), primary_key=True),
    Column("address_hash", LargeBinary(32), nullable=False, index=True),
    Column("sealed_address", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False, index=True),
    Column("used_at", Instant),
)

windows_pcs = Table(  # what PCs told of Windows' own activation; a row is there as long as its consent stands
    "windows_pcs",
    metadata,
    Column("account_id", String(30), primary_key=True),  # identity's
    Column("computer", String(43), primary_key=True),  # a device, else the thumbprint of the installation
    Column("name", String(100), nullable=False),  # as it was called when it told
    Column("jkt", String(43), nullable=False),  # the installation that told last
    Column("consent_version", Integer, nullable=False),
    Column("consent_given_at", Instant, nullable=False),
    Column("report", JSON, nullable=False),  # mooring.windows.domain.report
    Column("told_at", Instant, nullable=False),
)

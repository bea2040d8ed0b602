"""How the ledger's values lie in rows: the columns of each, in the order of its fields, and the way back."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select, true

from mooring.core.hardware.matching import Tolerance
from mooring.core.hardware.profile import HardwareProfile
from mooring.server.licensing.domain.activations.activation import (
    Activation,
    Installation,
    Kind,
    Line,
    ReleaseReason,
)
from mooring.server.licensing.domain.activations.device import Device
from mooring.server.licensing.domain.activations.sequence import Sequence
from mooring.server.licensing.domain.channels import Channel, Link
from mooring.server.licensing.domain.holder import AccountRef, Holder
from mooring.server.licensing.domain.license import License, Offer, Standing
from mooring.server.licensing.domain.policy import Policy
from mooring.server.licensing.ports.ledger import HeldSeat, Seat
from mooring.server.licensing.storage.tables import (
    activations,
    devices,
    editions,
    installations,
    licenses,
    policies,
    products,
    publisher,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from typing import TypeAlias

    from sqlalchemy import ColumnElement, FromClause, Table

    from mooring.server.licensing.ports.signing import Sealing

    Cells: TypeAlias = tuple[Any, ...]

_POLICY_FIELDS = (
    "id",
    "edition_id",
    "name",
    "created_at",
    "channel",
    "seats",
    "lease_seats",
    "lease_hours",
    "moves",
    "move_window_days",
    "offline_days",
    "valid_days",
    "payment_grace_days",
    "tolerance",
    "link",
)
HOLDER_COLUMNS = (
    "holder_account",
    "holder_masked",
    "holder_provider",
    "holder_since",
    "holder_confirmed_at",
    "holder_provisional_until",
    "holder_device",
)


def _labeled(table: Table, names: Iterable[str]) -> list[ColumnElement[Any]]:
    return [table.c[name].label(f"{table.name}_{name}") for name in names]


OFFER_COLUMNS = [
    publisher.c.issuer.label("publisher_issuer"),
    *_labeled(products, ("id", "slug", "name")),
    *_labeled(editions, ("id", "slug", "entitlements")),
    *_labeled(policies, _POLICY_FIELDS),
]
LICENSE_COLUMNS = _labeled(
    licenses,
    (
        "id",
        "standing",
        "seats",
        "expires_at",
        "first_activated_at",
        "held",
        "takings",
        "moved",
        "last_five",
        "created_at",
        *HOLDER_COLUMNS,
    ),
)
SOLD_COLUMNS = [*LICENSE_COLUMNS, *OFFER_COLUMNS]
ACTIVATION_COLUMNS = _labeled(
    activations,
    (
        "id",
        "license_id",
        "device_id",
        "kind",
        "method",
        "taking",
        "created_at",
        "ends_at",
        "released_at",
        "release_reason",
        "takings_at_release",
    ),
)
INSTALLATION_COLUMNS = _labeled(
    installations,
    (
        "id",
        "activation_id",
        "jkt",
        "sequence",
        "certificate",
        "certificate_issued_at",
        "certificate_ends_at",
        "status_list",
        "status_index",
        "status",
        "app_version",
        "created_at",
        "removed_at",
        "key_typed_at",
    ),
)
DEVICE_COLUMNS = _labeled(
    devices, ("id", "name", "platform", "os_version", "hardware", "created_at", "last_seen_at")
)

_INSTALLATION_END = len(INSTALLATION_COLUMNS)
_ACTIVATION_END = _INSTALLATION_END + len(ACTIVATION_COLUMNS)
_DEVICE_END = _ACTIVATION_END + len(DEVICE_COLUMNS)
_LICENSE_OWN = len(LICENSE_COLUMNS)
_HOLDER_BEGIN = _LICENSE_OWN - len(HOLDER_COLUMNS)


def _sold(those: FromClause) -> FromClause:
    """Join to ``those``, licenses among them, what was sold."""
    return (
        those.join(policies, licenses.c.policy_id == policies.c.id)
        .join(editions, policies.c.edition_id == editions.c.id)
        .join(products, editions.c.product_id == products.c.id)
        .join(publisher, true())
    )


def select_offers() -> Select[Any]:
    """Return the query of what is sold under which policy."""
    sold = policies.join(editions, policies.c.edition_id == editions.c.id).join(
        products, editions.c.product_id == products.c.id
    )
    return select(*OFFER_COLUMNS).select_from(sold.join(publisher, true()))


def select_licenses() -> Select[Any]:
    """Return the query of licenses with what was sold."""
    return select(*SOLD_COLUMNS).select_from(_sold(licenses))


def select_seats() -> Select[Any]:
    """Return the query of activations with their licenses, and the policy of each."""
    seats = activations.join(licenses, activations.c.license_id == licenses.c.id)
    return select(*ACTIVATION_COLUMNS, *LICENSE_COLUMNS, licenses.c.policy_id).select_from(seats)


def select_held_seats() -> Select[Any]:
    """Return the query of activations with their devices and licenses."""
    held = activations.join(devices, activations.c.device_id == devices.c.id).join(
        licenses, activations.c.license_id == licenses.c.id
    )
    return select(*ACTIVATION_COLUMNS, *DEVICE_COLUMNS, *SOLD_COLUMNS).select_from(_sold(held))


def select_lines() -> Select[Any]:
    """Return the query of installations with all they stand on, and the policy of each."""
    standing_on = (
        installations.join(activations, installations.c.activation_id == activations.c.id)
        .join(devices, activations.c.device_id == devices.c.id)
        .join(licenses, activations.c.license_id == licenses.c.id)
    )
    columns = [*INSTALLATION_COLUMNS, *ACTIVATION_COLUMNS, *DEVICE_COLUMNS, *LICENSE_COLUMNS]
    return select(*columns, licenses.c.policy_id).select_from(standing_on)


def offer_of(cells: Cells) -> Offer:
    """Return the offer in a row of ``OFFER_COLUMNS``."""
    issuer, product_id, product_slug, product_name, edition_id, edition_slug, entitlements, *policy = cells
    return Offer(
        issuer,
        product_id,
        product_slug,
        product_name,
        edition_id,
        edition_slug,
        tuple(entitlements),
        _policy(*policy),
    )


def license_of(cells: Cells) -> License:
    """Return the license in a row of ``SOLD_COLUMNS``."""
    return license_under(offer_of(cells[_LICENSE_OWN:]), cells[:_LICENSE_OWN])


def license_under(offer: Offer, cells: Cells) -> License:
    """Return the license for ``offer`` in a row of ``LICENSE_COLUMNS``."""
    id_, standing, *rest = cells[:_HOLDER_BEGIN]
    rest.append(_holder_of(cells[_HOLDER_BEGIN:]))
    return License(id_, offer, Standing(standing), *rest)


def _holder_of(cells: Cells) -> Holder | None:
    account, masked, provider, *rest = cells
    return None if account is None else Holder(AccountRef(account, masked, provider), *rest)


def holder_cells(holder: Holder | None) -> dict[str, Any]:
    """Return the values of ``HOLDER_COLUMNS`` for a license with this holder."""
    if holder is None:
        return dict.fromkeys(HOLDER_COLUMNS)
    account = holder.account
    times = (holder.since, holder.confirmed_at, holder.provisional_until)
    return dict(zip(HOLDER_COLUMNS, (*account, *times, holder.device_id), strict=True))


def activation_of(cells: Cells) -> Activation:
    """Return the activation in a row of ``ACTIVATION_COLUMNS``."""
    id_, license_id, device_id, kind, method, taking, created_at, ends_at, released_at, reason, takings = (
        cells
    )
    return Activation(
        id_,
        license_id,
        device_id,
        Kind(kind),
        method,
        taking,
        created_at,
        ends_at,
        released_at,
        None if reason is None else ReleaseReason(reason),
        takings,
    )


def installation_of(cells: Cells, sealing: Sealing) -> Installation:
    """Return the installation in a row of ``INSTALLATION_COLUMNS``, its certificate opened."""
    id_, activation_id, jkt, sequence, sealed, *rest = cells
    certificate = sealing.unseal(sealed, purpose_of_certificate(id_)).decode()
    return Installation(id_, activation_id, jkt, Sequence.from_document(sequence), certificate, *rest)


def purpose_of_certificate(installation_id: str) -> str:
    """Return what the stored certificate of an installation is sealed for.

    It carries the hardware's hashes as the computer sent them: open, whoever reads the database could test
    guesses against them.
    """
    return f"certificate {installation_id}"


def device_of(cells: Cells) -> Device:
    """Return the device in a row of ``DEVICE_COLUMNS``."""
    id_, name, platform, os_version, hardware, created_at, last_seen_at = cells
    profile = HardwareProfile.from_stored(hardware)
    return Device(id_, name, platform, os_version, profile, created_at, last_seen_at)


def seat_of(cells: Cells, offer: Offer) -> Seat:
    """Return the seat in a row of ``select_seats``, of a license for ``offer``."""
    own = len(ACTIVATION_COLUMNS)
    return Seat(license_under(offer, cells[own:-1]), activation_of(cells[:own]))


def held_seat_of(cells: Cells) -> HeldSeat:
    """Return the seat, its license and its device in a row of ``select_held_seats``."""
    own = len(ACTIVATION_COLUMNS)
    device_end = own + len(DEVICE_COLUMNS)
    return HeldSeat(
        license_of(cells[device_end:]), activation_of(cells[:own]), device_of(cells[own:device_end])
    )


def line_of(cells: Cells, offer: Offer, sealing: Sealing) -> Line:
    """Return the line in a row of ``select_lines``, of a license for ``offer``."""
    return Line(
        installation_of(cells[:_INSTALLATION_END], sealing),
        activation_of(cells[_INSTALLATION_END:_ACTIVATION_END]),
        license_under(offer, cells[_DEVICE_END:-1]),
        device_of(cells[_ACTIVATION_END:_DEVICE_END]),
    )


@lru_cache(maxsize=1024)
def _policy(*cells: Hashable) -> Policy:
    """Return the policy of these cells: a server knows few, and reads them with every license."""
    values: dict[str, Any] = dict(zip(_POLICY_FIELDS, cells, strict=True))
    values["channel"] = Channel(values["channel"])
    values["tolerance"] = Tolerance(values["tolerance"])
    values["link"] = Link(values["link"])
    return Policy(**values)

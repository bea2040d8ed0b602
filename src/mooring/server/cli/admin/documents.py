"""What the catalog and licenses look like in an operator's JSON and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.instants import format_instant

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.licensing.domain.catalog import Edition, Product
    from mooring.server.licensing.domain.policy import Policy
    from mooring.server.licensing.ports.license_desk import LicenseSummary, SeatHolder


def product_document(product: Product) -> dict[str, object]:
    """Return a product for programs."""
    return {
        "id": product.id,
        "slug": product.slug,
        "name": product.name,
        "product_code": product.product_code,
        "urls": dict(product.urls),
        "created_at": format_instant(product.created_at),
    }


def edition_document(edition: Edition) -> dict[str, object]:
    """Return an edition for programs."""
    return {
        "id": edition.id,
        "slug": edition.slug,
        "name": edition.name,
        "entitlements": dict(edition.entitlements),
        "unactivated_entitlements": list(edition.unactivated_entitlements),
        "created_at": format_instant(edition.created_at),
    }


def policy_document(policy: Policy) -> dict[str, object]:
    """Return a policy for programs."""
    return {
        "id": policy.id,
        "name": policy.name,
        "channel": policy.channel.value,
        "method": policy.method,
        "seats": policy.seats,
        "lease_seats": policy.lease_seats,
        "lease_hours": policy.lease_hours,
        "moves": policy.moves,
        "move_window_days": policy.move_window_days,
        "offline_days": policy.offline_days,
        "valid_days": policy.valid_days,
        "payment_grace_days": policy.payment_grace_days,
        "tolerance": policy.tolerance.value,
        "link": policy.link.value,
        "created_at": format_instant(policy.created_at),
    }


def license_document(license_: LicenseSummary) -> dict[str, object]:
    """Return a license for programs."""
    times = ("expires_at", "first_activated_at", "created_at")
    return {
        **license_._asdict(),
        "standing": license_.standing.value,
        **{name: instant(getattr(license_, name)) for name in times},
    }


def holder_document(holder: SeatHolder) -> dict[str, object]:
    """Return a device that holds a seat, or did, for programs."""
    times = ("since", "last_seen_at", "ends_at", "released_at")
    return {**holder._asdict(), **{name: instant(getattr(holder, name)) for name in times}}


def instant(at: datetime | None) -> str | None:
    """Return a time as documents have it, none where there is none."""
    return None if at is None else format_instant(at)


def day(at: datetime | None, otherwise: str = "") -> str:
    """Return the day of a time as tables have it."""
    return otherwise if at is None else at.date().isoformat()

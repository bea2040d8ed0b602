"""What the database says: whose it is, until when keys sign, and whether its seats are exact."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import and_, func, select

from mooring.server.cli.upkeep.checks.finding import Finding
from mooring.server.licensing.domain.activations.activation import Kind
from mooring.server.licensing.domain.signing import ROTATE_BEFORE_END, STATED_USES, SigningKeyRecord
from mooring.server.licensing.storage.tables import activations, licenses, policies
from mooring.server.record.tables import events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from mooring.server.foundation.secrets import Secrets

_RELEASED: Final = datetime(2026, 1, 1, tzinfo=UTC)  # no clock that is right tells an earlier time
_CLOCK_TOLERANCE: Final = timedelta(minutes=5)
_SHOWN: Final = 3


def check_fingerprint(expected: str | None, secrets: Secrets | None) -> Finding:
    """The secret must be the one that the database was made with."""
    if expected is None:
        return Finding(
            "fingerprint", "warning", "This server has no publisher yet.", "Run: mooring init NAME"
        )
    if secrets is None or secrets.fingerprint != expected:
        present = "missing" if secrets is None else secrets.fingerprint
        return Finding(
            "fingerprint",
            "problem",
            f"The database belongs to the secret {expected}; the one here is {present}.",
            "Put the right secret file back, or restore the database that belongs to this one.",
        )
    return Finding("fingerprint", "ok", f"The secret is the one that the database belongs to ({expected}).")


def check_clock(newest: datetime | None, at: datetime) -> Finding:
    """The clock must not be behind what has been written down already."""
    behind = newest is not None and at < newest - _CLOCK_TOLERANCE
    if behind or at < _RELEASED:
        return Finding(
            "clock",
            "problem",
            f"The clock says {at:%Y-%m-%d %H:%M} UTC, which is over already.",
            "Set the clock, and let it be kept by a time server.",
        )
    return Finding("clock", "ok", f"The clock says {at:%Y-%m-%d %H:%M} UTC.")


def check_signing_keys(keys: Sequence[SigningKeyRecord], at: datetime) -> Finding:
    """For each use a key must sign now, and for some time to come."""
    ends = [
        max(
            (key.sign_until for key in keys if key.use == use and key.signs(at) and key.sign_until),
            default=None,
        )
        for use in STATED_USES
    ]
    known = [end for end in ends if end is not None]
    if len(known) < len(ends):
        return Finding(
            "signing_keys",
            "problem",
            "There is no signing key that may sign now: no activation can be answered.",
            "Run: mooring admin signing-key rotate",
        )
    end = min(known)
    if end - at < ROTATE_BEFORE_END:
        return Finding(
            "signing_keys",
            "warning",
            f"A signing key signs only until {end:%Y-%m-%d}.",
            "Run: mooring admin signing-key rotate",
        )
    return Finding("signing_keys", "ok", f"The signing keys sign until {end:%Y-%m-%d}.")


class Miscounted(NamedTuple):
    """A license whose count of held seats is not what its activations say, or more than it has."""

    license_id: str
    held: int
    counted: int
    seats: int


def check_seats(miscounted: Sequence[Miscounted]) -> Finding:
    """Each license must hold as many seats as it has activations, and never more than were sold."""
    if not miscounted:
        return Finding("seats", "ok", "Every license holds as many seats as it has activations.")
    shown = "; ".join(
        f"{wrong.license_id} counts {wrong.held}, has {wrong.counted} activations and {wrong.seats} seats"
        for wrong in miscounted[:_SHOWN]
    )
    more = ", among others" if len(miscounted) > _SHOWN else ""
    return Finding(
        "seats",
        "problem",
        f"Seats are not exact: {shown}{more}.",
        "Nothing in Mooring does that: look for what else writes to the database, or restore a backup.",
    )


def miscounted_licenses(connection: Connection) -> list[Miscounted]:
    """Return some licenses whose seats do not add up. It reads every activation once."""
    is_held_seat = and_(activations.c.kind == Kind.SEAT.value, activations.c.released_at.is_(None))
    counted = (
        select(activations.c.license_id, func.count().label("held"))
        .where(is_held_seat)
        .group_by(activations.c.license_id)
        .subquery()
    )
    count = func.coalesce(counted.c.held, 0)
    seats = func.coalesce(licenses.c.seats, policies.c.seats)
    found = connection.execute(
        select(licenses.c.id, licenses.c.held, count, seats)
        .join_from(licenses, policies, licenses.c.policy_id == policies.c.id)
        .outerjoin(counted, counted.c.license_id == licenses.c.id)
        .where(licenses.c.held != count)
        .order_by(licenses.c.id)
        .limit(_SHOWN + 1)
    )
    return [Miscounted(*row) for row in found]


def newest_event(connection: Connection) -> datetime | None:
    """Return when the last recorded event happened."""
    return connection.execute(select(func.max(events.c.at))).scalar()

"""Seats and moves: whether one more computer may hold a license, and what that counts as."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from mooring.core.certificate.model import MoveAllowance
from mooring.core.refusals import MoveLimitReached, MoveNotAllowed, SeatLimitReached

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mooring.server.licensing.domain.license import License


class Taking(NamedTuple):
    """A license with one more seat held, and whether that was a move to be written down."""

    license: License
    is_move: bool


def move_window_start(license_: License, *, at: datetime) -> datetime:
    """Return since when moves count at ``at``."""
    return at - timedelta(days=license_.offer.policy.move_window_days)


def moves_matter(license_: License) -> bool:
    """Whether the license's past moves decide anything: they are limited, and there were some."""
    return license_.moved > 0 and bool(license_.offer.policy.moves)


def can_move(license_: License, moves: Sequence[datetime]) -> MoveAllowance:
    """Return whether the license can move, given its ``moves`` within the window, earliest first.

    The first taking of each seat is no move, so it never waits for one.
    """
    limit = license_.offer.policy.moves
    if limit is None:
        return MoveAllowance(allowed=True, left=None, next_at=None)
    if limit == 0:
        return MoveAllowance(allowed=False, left=0, next_at=None)
    left = max(limit - len(moves), 0)
    if left:
        return MoveAllowance(allowed=True, left=left, next_at=None)
    window = timedelta(days=license_.offer.policy.move_window_days)
    return MoveAllowance(allowed=False, left=0, next_at=moves[len(moves) - limit] + window)


def can_holder_move(license_: License, moves: Sequence[datetime], *, at: datetime) -> MoveAllowance:
    """Return whether whoever holds the license can take it to another computer at ``at``.

    A holder who is not confirmed cannot before that is settled. As long as a seat was never taken, taking it
    is no move, and waits for none.

    Args:
        license_: The license, with its holder if it has one.
        moves: Its moves within the window, earliest first.
        at: When that is asked.
    """
    allowed, left, next_at = can_move(license_, moves)
    if not next_taking_is_move(license_):
        allowed, next_at = True, None
    until = None if license_.holder is None else license_.holder.open_until(at=at)
    if until is not None and (allowed or next_at is not None):
        allowed, next_at = False, until if next_at is None else max(until, next_at)
    return MoveAllowance(allowed, left, next_at)


def next_taking_is_move(license_: License) -> bool:
    """Whether the next computer to take a seat makes a move: every seat was taken once."""
    return license_.takings - license_.moved >= license_.seats


def take_seat(license_: License, moves: Sequence[datetime], *, returning: bool) -> Taking:
    """Return ``license_`` with one more seat held by a computer that holds none.

    ``returning`` says that the computer held a seat of this license before. A license that may not move is
    tied to its first devices, so these always may return to it; for all others it is a taking like any other.

    Args:
        license_: The license, its seats as they are now.
        moves: Its moves within the window, earliest first.
        returning: Whether this computer held a seat of it before.

    Raises:
        SeatLimitReached: Other devices hold every seat.
        MoveNotAllowed: Every seat was taken once, and the policy ties it to its first device.
        MoveLimitReached: It moved as often as the policy allows within the window.
    """
    if license_.held >= license_.seats:
        raise SeatLimitReached(license_.seats)
    is_first = not next_taking_is_move(license_)
    moves_allowed = license_.offer.policy.moves
    if returning and moves_allowed == 0:
        return Taking(seat_restored(license_), is_move=False)
    if not is_first:
        if moves_allowed == 0:
            raise MoveNotAllowed
        movable = can_move(license_, moves)
        if not movable.allowed:
            raise MoveLimitReached(movable.next_at)
    taken = replace(
        license_,
        held=license_.held + 1,
        takings=license_.takings + 1,
        moved=license_.moved + (not is_first),
    )
    return Taking(taken, is_move=not is_first)


def seat_restored(license_: License) -> License:
    """Return ``license_`` with a seat held again by the computer that gave it up, which counts as nothing.

    Raises:
        SeatLimitReached: Other devices hold every seat.
    """
    if license_.held >= license_.seats:
        raise SeatLimitReached(license_.seats)
    return replace(license_, held=license_.held + 1)


def seat_released(license_: License) -> License:
    """Return ``license_`` with one seat fewer held."""
    return replace(license_, held=license_.held - 1)


def check_lease(license_: License, running: int) -> None:
    """Return only if one more lease may run beside those ``running``.

    Raises:
        SeatLimitReached: Every lease of the license runs.
    """
    if running >= license_.offer.policy.lease_seats:
        leases = license_.offer.policy.lease_seats
        raise SeatLimitReached(leases, leases=leases)

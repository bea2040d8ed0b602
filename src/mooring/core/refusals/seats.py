"""Refusals of a seat: all are taken, or the license may not move to another computer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.instants import format_instant_or_none
from mooring.core.refusals.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


class SeatLimitReached(Refusal):
    """Other devices hold every one of the license's ``seats``; for containers and builds: its ``leases``.

    ``devices`` are those devices, ready for JSON, told to nobody but the license's holder.
    """

    code = "seat_limit_reached"

    def __init__(
        self,
        seats: int,
        *,
        leases: int | None = None,
        devices: Iterable[Mapping[str, object]] | None = None,
    ) -> None:
        listed = None if devices is None else [dict(each) for each in devices]
        super().__init__(seats=seats, leases=leases, devices=listed)
        self.seats = seats
        self.leases = leases


class MoveNotAllowed(Refusal):
    """The policy ties the license to its first device."""

    code = "move_not_allowed"


class MoveLimitReached(Refusal):
    """The license moved as often as its policy allows; the next move is free at ``next_at``."""

    code = "move_limit_reached"

    def __init__(self, next_at: datetime | None = None) -> None:
        super().__init__(next_at=format_instant_or_none(next_at))
        self.next_at = next_at


class MovePending(Refusal):
    """The move waits for the publisher, who was asked at ``asked_at``."""

    code = "move_pending"

    def __init__(self, asked_at: datetime | None = None) -> None:
        super().__init__(asked_at=format_instant_or_none(asked_at))
        self.asked_at = asked_at

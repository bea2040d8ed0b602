"""A budget: so many tries at once, refilled evenly; and the arithmetic that all who keep budgets share.

What is kept of a name's budget is one number, the instant at which it will be full again (the generic cell
rate algorithm of ITU-T I.371), so that a full budget needs no memory at all. Instants are whole microseconds
since 1970: sums of them are exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from mooring.core.refusals import RateLimited

if TYPE_CHECKING:
    from datetime import datetime

SECOND: Final = 1_000_000
"""Microseconds."""


class Level(NamedTuple):
    """What is left of a budget."""

    policy: str
    """The budget's name."""
    capacity: int
    """Tries that a full budget holds."""
    window: int | None
    """Seconds in which an empty budget fills; none where what is counted is under way at the same moment."""
    left: int
    """Whole tries left."""
    wait: int
    """Seconds until a try is allowed again; 0 while there are tries left."""


class BudgetSpent(RateLimited):
    """There is no try left."""

    def __init__(self, level: Level) -> None:
        super().__init__(retry_after=level.wait)
        self.level = level


class Budget(NamedTuple):
    """So many tries for each name, refilled evenly."""

    policy: str
    """What is counted, in lower case with hyphens; no two budgets share it."""
    capacity: int
    """Tries at once."""
    window: int
    """Seconds in which an empty budget fills."""

    @property
    def spacing(self) -> int:
        """Microseconds in which one try comes back."""
        return self.window * SECOND // self.capacity

    def settled(self, full_at: int, now: int) -> int:
        """Return when a budget that was to be full at ``full_at`` will be.

        A full one counts from now. Where the clock was set back, nobody is held up for longer than a window.
        """
        return min(max(full_at, now), now + self.window * SECOND)

    def taken(self, full_at: int, now: int) -> int | None:
        """Return when the budget will be full after one more try; None when there is none left."""
        full_at = self.settled(full_at, now) + self.spacing
        return full_at if full_at - now <= self.window * SECOND else None

    def level(self, full_at: int, now: int) -> Level:
        """Return what is left of a budget that will be full at ``full_at``."""
        missing = self.settled(full_at, now) - now
        left = (self.window * SECOND - missing) // self.spacing
        wait = 0 if left else -(-(missing + self.spacing - self.window * SECOND) // SECOND)
        return Level(self.policy, self.capacity, self.window, min(left, self.capacity), wait)


class Try(NamedTuple):
    """One try, of a budget that a name has."""

    budget: Budget
    name: str


def microseconds(at: datetime) -> int:
    """Return ``at`` as budgets count it."""
    return round(at.timestamp() * SECOND)

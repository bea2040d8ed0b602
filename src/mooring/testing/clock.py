"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mooring.client.domain.deadline import Deadline


class FakeClock:
    """The local time of a computer in a test; its deadlines pass with it.

    >>> clock = FakeClock()
    >>> clock.now().isoformat()
    '2026-01-02T03:04:05+00:00'
    >>> clock.advance(days=1, seconds=5)
    >>> clock.now().isoformat()
    '2026-01-03T03:04:10+00:00'
    """

    def __init__(self, at: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) -> None:
        self._at = at
        self._elapsed = timedelta()

    def now(self) -> datetime:
        """Return the time shown."""
        return self._at

    def set(self, at: datetime) -> None:
        """Show another time, as when somebody sets the clock: no time passes."""
        self._at = at

    def advance(self, *, days: float = 0, hours: float = 0, seconds: float = 0) -> None:
        """Let time pass."""
        step = timedelta(days=days, hours=hours, seconds=seconds)
        self._at += step
        self._elapsed += step

    def deadline(self, seconds: float) -> Deadline:
        """Return the deadline that passes in ``seconds`` of this clock's time."""
        return Deadline.in_seconds(seconds, self._seconds)

    def sleep(self, seconds: float) -> None:
        """Let ``seconds`` pass at once: a test waits for nothing."""
        self.advance(seconds=seconds)

    def _seconds(self) -> float:
        return self._elapsed.total_seconds()

"""The deadline of one operation: looking up a name, waiting for a lock: everything ends before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Deadline(NamedTuple):
    """An instant on a clock that only runs forward, in seconds."""

    ends: float
    monotonic: Callable[[], float]

    @classmethod
    def in_seconds(cls, seconds: float, monotonic: Callable[[], float]) -> Deadline:
        """Return the deadline that passes in ``seconds`` on the clock ``monotonic``."""
        return cls(monotonic() + seconds, monotonic)

    @property
    def remaining(self) -> float:
        """Seconds that are left, never below 0."""
        return max(0.0, self.ends - self.monotonic())

    @property
    def passed(self) -> bool:
        """Whether nothing is left."""
        return self.remaining <= 0

    def share(self, among: int) -> Deadline:
        """Return the deadline of the first of ``among`` attempts that have to share what is left."""
        return Deadline(self.monotonic() + self.remaining / among, self.monotonic)

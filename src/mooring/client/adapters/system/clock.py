"""This computer's clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mooring.client.domain.deadline import Deadline


class SystemClock:
    """The local time."""

    def now(self) -> datetime:
        """Return the local time: UTC, whole seconds."""
        return datetime.now(UTC).replace(microsecond=0)

    def deadline(self, seconds: float) -> Deadline:
        """Return the deadline that passes in ``seconds``, whatever happens to the local time."""
        from mooring.client.domain.deadline import Deadline  # noqa: PLC0415 - a status has none

        return Deadline.in_seconds(seconds, time.monotonic)

    def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""
        time.sleep(seconds)

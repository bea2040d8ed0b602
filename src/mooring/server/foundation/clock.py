"""The clock: where the server's time comes from, so that tests and simulations can bring their own."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells what time it is."""

    def now(self) -> datetime:
        """Return the present time in UTC, cut to whole seconds."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        """Return the present time in UTC, cut to whole seconds."""
        return datetime.fromtimestamp(int(time.time()), UTC)

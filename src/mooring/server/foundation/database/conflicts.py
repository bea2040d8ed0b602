"""Conflicts: what met another's transaction is run again, a few times and not for long."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from mooring.server.foundation.database.port import TransactionConflict, UniqueViolation

T = TypeVar("T")

TRIES: Final = 4
GIVE_UP_AFTER: Final = 2.0
"""Seconds after which no further try begins: whoever asks has an answer, or is told to ask later."""
FIRST_PAUSE: Final = 0.01
"""Seconds, doubled twice from try to try; each is drawn anew, so that those who met do not meet again."""


async def through_conflicts(
    act: Callable[[], Awaitable[T]],
    *,
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    seconds: Callable[[], float] = time.monotonic,
) -> T:
    """Return what ``act`` returns, run again while its transaction meets others.

    ``act`` must do nothing but what its transaction does, which was not applied then. It met another also
    where that added the same row first: run again, it finds it.

    Raises:
        TransactionConflict, UniqueViolation: it did so each time.
    """
    give_up_at = seconds() + GIVE_UP_AFTER
    for number in range(TRIES - 1):
        try:
            return await act()
        except (TransactionConflict, UniqueViolation):
            wait = FIRST_PAUSE * 4**number * random.uniform(0.5, 1.5)  # noqa: S311 - keeps no secret
            if seconds() + wait >= give_up_at:
                raise
        await pause(wait)
    return await act()

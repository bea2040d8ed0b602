"""Conflicts: what met another's transaction is run again, a few times and not for long."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Final, TypeVar

from mooring.server.foundation.database.port import Hurried, TransactionConflict, UniqueViolation

T = TypeVar("T")

TRIES: Final = 4
GIVE_UP_AFTER: Final = 2.0
"""Seconds after which no further try begins: whoever asks has an answer, or is told to ask later."""
FIRST_PAUSE: Final = 0.01
"""Seconds, doubled twice from try to try; each is drawn anew, so that those who met do not meet again."""

_MAY_HURRY: Final = ContextVar("may_hurry", default=False)


def may_hurry() -> bool:
    """Tell whether a transaction that begins here may be hurried: it is run again then, with time."""
    return _MAY_HURRY.get()


async def through_conflicts(
    act: Callable[[], Awaitable[T]],
    *,
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    seconds: Callable[[], float] = time.monotonic,
) -> T:
    """Return what ``act`` returns, run again while its transaction meets others.

    ``act`` must do nothing but what its transaction does, which was not applied then. It met another also
    where that added the same row first: run again, it finds it. One that was hurried is run again with time,
    which counts as no try.

    Raises:
        TransactionConflict, UniqueViolation: it did so each time.
    """
    number, give_up_at = 0, seconds() + GIVE_UP_AFTER
    before = _MAY_HURRY.set(True)
    try:
        while True:
            try:
                return await act()
            except (TransactionConflict, UniqueViolation) as met:
                was_hurried = isinstance(met, Hurried) and _MAY_HURRY.get()
                _MAY_HURRY.set(False)
                if was_hurried:
                    give_up_at = seconds() + GIVE_UP_AFTER
                    continue
                wait = FIRST_PAUSE * 4**number * random.uniform(0.5, 1.5)  # noqa: S311 - keeps no secret
                number += 1
                if number == TRIES or seconds() + wait >= give_up_at:
                    raise
            await pause(wait)
    finally:
        _MAY_HURRY.reset(before)

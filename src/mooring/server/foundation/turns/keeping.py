"""Keeping a turn: as long as what is done in it takes, and no longer than its end where its owner dies."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from mooring.server.foundation.database.port import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import timedelta

    from mooring.server.foundation.turns.port import Turn, Turns


@asynccontextmanager
async def keeping(turns: Turns, turn: Turn, *, lasts: timedelta) -> AsyncIterator[None]:
    """Keep ``turn``, which ``lasts`` so long, while the block runs, then give it up.

    It may be lost all the same where nobody could be told in time; the block goes on.
    """
    seconds = lasts.total_seconds() / 3
    renewing: list[asyncio.Task[None]] = []
    loop = asyncio.get_running_loop()
    # Most blocks end before it is worth a task.
    begin = loop.call_later(
        seconds, lambda: renewing.append(loop.create_task(_renew(turns, turn, lasts, seconds)))
    )
    try:
        yield
    finally:
        begin.cancel()
        for task in renewing:
            task.cancel()
        await asyncio.gather(*renewing, return_exceptions=True)
        await turns.give_up(turn)


async def _renew(turns: Turns, turn: Turn, lasts: timedelta, seconds: float) -> None:
    while True:
        with suppress(DatabaseUnavailable):
            if not await turns.renew(turn, lasts=lasts):
                return
        await asyncio.sleep(seconds)

"""Two lanes to the connections that change something: most for who may wait for a row, some for who does not.

A row that somebody holds for long would else take every connection of this process, one after the other, and
with them what has nothing to do with that row. Who comes when the patient places are taken is hurried: it
waits for a row a moment only, then leaves and runs again, patiently. So some places are always free soon.
"""

import asyncio
import itertools
from collections import deque
from typing import NamedTuple

from mooring.server.foundation.database.port import DatabaseUnavailable


class _Turn(NamedTuple):
    """Somebody who waits: in which order they came, and what tells them whether they are hurried."""

    number: int
    told: asyncio.Future[bool]


class Lanes:
    """Lets so many in at once, in the order of asking, for one event loop."""

    def __init__(self, size: int, reserve: int, *, patience: float) -> None:
        """Let ``size`` in, ``reserve`` of them hurried; whoever waits gives up after ``patience`` seconds."""
        self._free = {False: size - reserve, True: reserve}
        self._size = size
        self._patience = patience
        self._numbers = itertools.count()
        self._waiting: dict[bool, deque[_Turn]] = {False: deque(), True: deque()}  # by: may it be hurried?
        self._emptied: asyncio.Future[None] | None = None

    async def enter(self, *, may_hurry: bool) -> bool:
        """Return whether one is let in hurried, which only who ``may_hurry`` is; call ``leave`` afterwards.

        Raises:
            DatabaseUnavailable: there was no place for too long.
        """
        for hurried in (False, True) if may_hurry else (False,):
            if self._free[hurried]:
                self._free[hurried] -= 1
                return hurried
        turn = _Turn(next(self._numbers), asyncio.get_running_loop().create_future())
        self._waiting[may_hurry].append(turn)
        try:
            async with asyncio.timeout(self._patience):
                return await turn.told
        except TimeoutError:
            self._hand_on(turn)
            raise DatabaseUnavailable("The database cannot be used now: too much is asked of it.") from None
        except asyncio.CancelledError:
            self._hand_on(turn)
            raise

    def leave(self, hurried: bool) -> None:
        """Let in the next who may have this place: whoever came first of those who may."""
        while (queue := self._next(hurried)) is not None:
            told = queue.popleft().told
            if not told.done():
                told.set_result(hurried)
                return
        self._free[hurried] += 1
        if self._emptied is not None and self._is_empty and not self._emptied.done():
            self._emptied.set_result(None)

    async def close(self) -> None:
        """Wait until all who are in, and all who wait, have come and gone."""
        if not self._is_empty:
            self._emptied = asyncio.get_running_loop().create_future()
            await self._emptied

    @property
    def _is_empty(self) -> bool:
        return sum(self._free.values()) == self._size

    def _next(self, hurried: bool) -> deque[_Turn] | None:
        mays = self._waiting[True]
        if hurried:
            return mays or None
        queues = [queue for queue in (self._waiting[False], mays) if queue]
        return min(queues, key=lambda queue: queue[0].number, default=None)

    def _hand_on(self, turn: _Turn) -> None:
        """Pass on the place that whoever waited was given just before they went away."""
        if turn.told.done() and not turn.told.cancelled():
            self.leave(turn.told.result())

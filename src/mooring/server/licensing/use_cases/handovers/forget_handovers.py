"""Forget offers: those that nobody answered end, and what ended long ago goes, addresses and all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.licensing.domain.new_holders.handover import KEPT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from mooring.server.licensing.ports.handovers import Handovers, HandoverWriter

AT_ONCE = 500
"""How many go in one transaction, so that nobody waits long for it."""


class ForgetHandovers:
    """Ends offers whose time is over, and removes what ended thirty days ago."""

    def __init__(self, handovers: Handovers) -> None:
        self._handovers = handovers

    async def __call__(self, *, at: datetime) -> int:
        """Return how many were ended or removed."""
        lapsed = await self._repeat(lambda writer: writer.lapse(at=at, most=AT_ONCE))
        forgotten = await self._repeat(
            lambda writer: writer.forget_handovers(ended_before=at - KEPT, most=AT_ONCE)
        )
        return lapsed + forgotten

    async def _repeat(self, do: Callable[[HandoverWriter], Awaitable[int]]) -> int:
        done = 0
        while True:
            async with self._handovers.changing() as writer:
                some = await do(writer)
            done += some
            if some < AT_ONCE:
                return done

"""The bell: rung where a mail was written, heard where mails are sent, in one process."""

from __future__ import annotations

import asyncio


class Bell:
    """Wakes whoever waits for it."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits, or is going to. To be called where the event loop runs."""
        self._rung.set()

    async def heard(self, *, within: float) -> bool:
        """Wait for it, ``within`` seconds at most, and return whether it was rung since it was last heard."""
        try:
            async with asyncio.timeout(within):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True

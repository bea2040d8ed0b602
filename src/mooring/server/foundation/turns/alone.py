"""Turns where one process is alone with its database: each is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.foundation.turns.port import Turn

if TYPE_CHECKING:
    from datetime import datetime, timedelta


class TurnsAlone:
    """Implements :class:`~mooring.server.foundation.turns.port.Turns` for whoever need not share."""

    async def take(self, subject: str, *, lasts: timedelta) -> Turn | None:
        """Return the turn."""
        return Turn(subject.encode(), b"")

    async def renew(self, turn: Turn, *, lasts: timedelta) -> bool:
        """Return that it lasts."""
        return True

    async def give_up(self, turn: Turn) -> None:
        """Do nothing: nobody waits for it."""

    async def forget_ended(self, *, at: datetime) -> int:
        """Forget nothing: nothing was kept."""
        return 0

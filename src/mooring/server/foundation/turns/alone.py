"""Turns where one process is alone with its database: each is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.foundation.turns.port import Turn

if TYPE_CHECKING:
    from datetime import datetime, timedelta


class TurnsAlone:
    """Implements :class:`~mooring.server.foundation.turns.port.Turns` for whoever need not share."""

    async def take(self, subject: str, *, lasts: timedelta) -> Turn | None:  # noqa: ARG002 - there is no other
        """Return the turn."""
        return Turn(subject.encode(), b"")

    async def give_up(self, turn: Turn) -> None:
        """Do nothing: nobody waits for it."""

    async def forget_ended(self, *, at: datetime) -> int:  # noqa: ARG002 - as above
        """Forget nothing: nothing was kept."""
        return 0

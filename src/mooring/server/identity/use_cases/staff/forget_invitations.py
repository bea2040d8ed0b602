"""Forget invitations that nobody accepted in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.ports.staff import StaffRooms

AT_ONCE = 500
"""How many go in one transaction, so that nobody waits long for it."""


class ForgetInvitations:
    """Removes what ended invitations leave behind: the addresses of people who did not come."""

    def __init__(self, rooms: StaffRooms) -> None:
        self._rooms = rooms

    async def __call__(self, *, at: datetime) -> int:
        """Remove every invitation that has ended at ``at``, and return how many there were."""
        removed = 0
        while True:
            async with self._rooms.changing() as writer:
                forgotten = await writer.forget_invitations(at=at, most=AT_ONCE)
            removed += forgotten
            if forgotten < AT_ONCE:
                return removed

"""List the staff: who works here, who is invited to, and what became of that lately."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mooring.server.identity.use_cases.staff.messages import Team

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.ports.staff import StaffRooms

ACTS_SHOWN: Final = 50


class ListStaff:
    """Lists the staff, for those who decide who works here."""

    def __init__(self, rooms: StaffRooms) -> None:
        self._rooms = rooms

    async def __call__(self, *, at: datetime) -> Team:
        """Return who works here; of the invitations those that may be accepted at ``at``."""
        async with self._rooms.reading() as reader:
            members = await reader.staff()
            invitations = await reader.invitations()
            acts = await reader.acts(limit=ACTS_SHOWN)
        return Team(members, [each for each in invitations if at < each.ends_at], acts)

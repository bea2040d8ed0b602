"""Undo an invitation: its link is worth nothing any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.use_cases.staff.holding import hold_staff

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.session import Session
    from mooring.server.identity.domain.staff.invitation import InvitationId
    from mooring.server.identity.ports.staff import StaffRooms


class UndoInvitation:
    """Undoes invitations. Doing it again changes nothing."""

    def __init__(self, rooms: StaffRooms) -> None:
        self._rooms = rooms

    async def __call__(self, invitation_id: InvitationId, *, session: Session, at: datetime) -> None:
        """Undo the invitation, for who is in ``session``.

        Raises:
            NotFresh: Who is signed in must prove again who they are.
            NotPermitted: They may not.
            SignInRequired: The session was ended meanwhile.
        """
        async with self._rooms.changing() as writer:
            await hold_staff(writer, session, at=at)
            undone = await writer.remove_invitation(invitation_id)
            if undone is not None:
                detail = {"to": str(undone.role), "address": undone.email.masked}
                await writer.note("staff.invitation_undone", by=session.account_id, detail=detail, at=at)

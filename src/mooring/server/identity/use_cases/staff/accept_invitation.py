"""Accept an invitation: the owner of the mailbox it went to becomes one of the staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import SignInRequired
from mooring.server.identity.domain.secret_tokens import LONGEST, TokenKind
from mooring.server.identity.domain.staff.invitation import InvitationOver
from mooring.server.identity.use_cases.staff.holding import end_sessions_for_role

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.session import Session
    from mooring.server.identity.domain.staff.invitation import Invitation
    from mooring.server.identity.domain.staff.roles import Role
    from mooring.server.identity.ports.staff import StaffReader, StaffRooms
    from mooring.server.identity.ports.token_secrets import TokenSecrets


class AcceptInvitation:
    """Lets people in who were invited: once each, and only the owner of the address."""

    def __init__(self, rooms: StaffRooms, secrets: TokenSecrets, *, proven: bool) -> None:
        """``proven``: who accepts must have proven the address; nobody can where no mail is sent."""
        self._rooms = rooms
        self._secrets = secrets
        self._proven = proven

    async def look(self, shown: str, account: Account, *, at: datetime) -> Invitation:
        """Return the invitation that the link with ``shown`` stands for. It uses nothing up.

        Raises:
            InvitationOver: There is none, or none any more.
            InvitationForAnother: It is for another address than that of ``account``.
            AddressUnproven: The account must prove the address first.
        """
        async with self._rooms.reading() as reader:
            invitation = await self._found(reader, shown, at=at)
        invitation.check_for(account, proven=self._proven)
        return invitation

    async def __call__(self, shown: str, *, session: Session, at: datetime) -> Role:
        """Let who is in ``session`` work here, and return as what. Their other sessions end at once.

        Raises:
            InvitationOver: There is no such invitation, or none any more.
            InvitationForAnother: It is for another address than theirs; it stays open.
            AddressUnproven: They must prove the address first; it stays open.
            SignInRequired: The session was ended meanwhile.
        """
        async with self._rooms.changing() as writer:
            owners = await writer.owners()  # nobody else decides about it until this is done
            invitation = await self._found(writer, shown, at=at)
            if invitation.invited_by not in owners:  # who may not invite any more, or is gone
                raise InvitationOver
            await writer.ways_in(session.account_id)  # nobody else changes the account
            account = await writer.account(session.account_id)
            if account is None or not await writer.has_session(session.id):
                raise SignInRequired
            invitation.check_for(account, proven=self._proven)
            await writer.remove_invitation(invitation.id)
            role = invitation.check_open(at=at)
            await writer.save_role(account.id, role)
            # Whoever else is in the account, with a stolen cookie perhaps, shall not work here with it.
            await end_sessions_for_role(writer, account.id, keep=session.id, at=at)
            detail = {"to": role.value}
            await writer.note("staff.joined", by=account.id, of=account.id, detail=detail, at=at)
            return role

    async def _found(self, reader: StaffReader, shown: str, *, at: datetime) -> Invitation:
        if not shown or len(shown) > LONGEST:
            raise InvitationOver
        invitation = await reader.invitation(self._secrets.hash(shown, TokenKind.STAFF_INVITATION))
        if invitation is None:
            raise InvitationOver
        invitation.check_open(at=at)
        return invitation

"""Change a role: what somebody who works here may do from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.staff.changes import NotStaff
from mooring.server.identity.use_cases.staff.holding import hold_staff, let_be

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.session import Session
    from mooring.server.identity.domain.staff.roles import Role
    from mooring.server.identity.ports.staff import StaffRooms


class ChangeRole:
    """Changes roles, and takes them away. Doing the same again changes nothing."""

    def __init__(self, rooms: StaffRooms) -> None:
        self._rooms = rooms

    async def __call__(self, account_id: AccountId, to: Role, *, session: Session, at: datetime) -> None:
        """Let the account's owner be ``to``, for who is in ``session``. Their sessions end at once.

        Raises:
            NotStaff: They do not work here, or not any more: nobody joins unasked.
            LastOwner: Nobody would own the place any more.
            NotFresh: Who is signed in must prove again who they are.
            NotPermitted: They may not decide it.
            SignInRequired: The session was ended meanwhile.
        """
        await self._let_be(account_id, to, session, at=at)

    async def remove(self, account_id: AccountId, *, session: Session, at: datetime) -> None:
        """Let the account's owner be a customer; else as for a role.

        Raises:
            NotStaff: They are one already.
            LastOwner: Nobody would own the place any more.
            NotFresh: Who is signed in must prove again who they are.
            NotPermitted: They may not decide it.
            SignInRequired: The session was ended meanwhile.
        """
        await self._let_be(account_id, None, session, at=at)

    async def _let_be(
        self, account_id: AccountId, to: Role | None, session: Session, *, at: datetime
    ) -> None:
        async with self._rooms.changing() as writer:
            owners = await hold_staff(writer, session, at=at)
            await writer.ways_in(account_id)  # nobody else changes the account until this is done
            account = await writer.account(account_id)
            if account is None or account.staff_role is None:
                raise NotStaff
            await let_be(writer, account, to, owners=owners, by=session.account_id, at=at)

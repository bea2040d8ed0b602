"""Appoint somebody at an operator's word, or take their role away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mooring.server.identity.domain.staff.invitation import AddressUnproven
from mooring.server.identity.use_cases.staff.holding import let_be
from mooring.server.identity.use_cases.staff.operator.finding import held_account

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.staff.roles import Role
    from mooring.server.identity.ports.staff import StaffRooms


class Appoint:
    """Gives accounts roles, and takes them away. Doing the same again changes nothing."""

    def __init__(self, rooms: StaffRooms) -> None:
        self._rooms = rooms

    async def __call__(self, named: str, to: Role | None, *, unproven: bool = False, at: datetime) -> Account:
        """Let the owner of the account be ``to``; none: a customer. Return the account as it is then.

        Anybody can sign up with an address that they do not own: only with ``unproven`` somebody becomes one
        of the staff who has not proven theirs.

        Raises:
            AccountUnknown: There is none.
            EmailMalformed: ``named`` is neither an address nor an identifier.
            AddressUnproven: Nobody has proven that the address is theirs.
            LastOwner: Nobody would own the place any more.
        """
        async with self._rooms.changing() as writer:
            owners = await writer.owners()
            account = await held_account(writer, named)
            joins = account.staff_role is None and to is not None
            if joins and account.email is not None and account.verified_at is None and not unproven:
                raise AddressUnproven
            await let_be(writer, account, to, owners=owners, by=None, at=at)
        return replace(account, staff_role=to)

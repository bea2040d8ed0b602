"""Make an account for somebody: so the first owner comes to be, before there is anybody to invite them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.identifiers import new_account_id
from mooring.server.identity.domain.account import Account
from mooring.server.identity.domain.email_address import parse_email_address
from mooring.server.identity.domain.password import parse_password
from mooring.server.identity.use_cases.staff.holding import APPOINTED

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.staff.roles import Role
    from mooring.server.identity.ports.passwords import PasswordHashes
    from mooring.server.identity.ports.staff import StaffRooms


class MakeAccount:
    """Makes accounts at an operator's word. Nobody has proven their address then."""

    def __init__(self, rooms: StaffRooms, passwords: PasswordHashes) -> None:
        self._rooms = rooms
        self._passwords = passwords

    async def __call__(self, email: str, password: str, role: Role | None, *, at: datetime) -> Account:
        """Return the new account of somebody who is ``role``; none: a customer. Both texts as typed.

        Raises:
            EmailMalformed: The address is none.
            EmailTaken: It has an account.
            PasswordUnfit: The password is not good enough.
            ServiceUnavailable: Too many passwords are looked at just now.
        """
        address, secret = parse_email_address(email), parse_password(password)
        secret.check_fit(address)
        password_hash = await self._passwords.hash(secret)
        account = Account(new_account_id(at), address, at, staff_role=role)
        async with self._rooms.changing() as writer:
            await writer.add_account(account, password_hash)
            await writer.note("account.created", by=None, of=account.id, at=at)
            if role is not None:
                await writer.note(APPOINTED, by=None, of=account.id, detail={"to": role.value}, at=at)
        return account

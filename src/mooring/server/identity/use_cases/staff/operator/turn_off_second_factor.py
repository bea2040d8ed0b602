"""Turn a second factor off that somebody has lost, at an operator's word."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.server.identity.use_cases.accounts.telling import tell_owner
from mooring.server.identity.use_cases.staff.operator.finding import held_account

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.ports.staff import StaffRooms


class TurnedOff(NamedTuple):
    """What became of somebody's second factor."""

    account: Account
    authenticator: bool
    """Was there an app, or one half set up? It and its recovery codes are gone."""
    passkeys: int
    """So many were removed."""
    kept: int
    """So many stay: they are the only way into the account."""
    sessions: int
    """So many browsers are signed out."""


class TurnOffSecondFactor:
    """Removes the app, the recovery codes and the passkeys, ends every session, and tells the owner."""

    def __init__(self, rooms: StaffRooms) -> None:
        self._rooms = rooms

    async def __call__(self, named: str, *, at: datetime) -> TurnedOff:
        """Let signing in to the account ask for nothing that may be lost, and return what became of it.

        Who works here sets another up when they next sign in. Passkeys stay where nobody could sign in to
        the account without them.

        Raises:
            AccountUnknown: There is none.
            EmailMalformed: ``named`` is neither an address nor an identifier.
        """
        async with self._rooms.changing() as writer:
            account = await held_account(writer, named)
            ways = await writer.ways_in(account.id)
            known = await writer.authenticator(account.id)
            await writer.remove_authenticator(account.id)
            passkeys = await writer.passkeys_of(account.id)
            gone = passkeys if ways.password or ways.identities else ()
            for passkey in gone:
                await writer.remove_passkey(passkey.id)
            ended = await writer.remove_sessions_of(account.id)
            detail = {"passkeys": len(gone), "sessions": len(ended)}
            await writer.note("account.second_factor_off", by=None, of=account.id, detail=detail, at=at)
            if account.staff_role is not None:
                await writer.note("staff.second_factor_off", by=None, of=account.id, at=at)
            await tell_owner(writer, account, "second_factor_off", at=at)
        return TurnedOff(account, known is not None, len(gone), len(passkeys) - len(gone), len(ended))

"""Remove a password: its owner signs in with passkeys or at a provider from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.session import NotFresh
from mooring.server.identity.use_cases.accounts.still_signed_in import hold_account
from mooring.server.identity.use_cases.accounts.telling import tell_owner

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.session import Session
    from mooring.server.identity.ports.credentials import Credentials


class RemovePassword:
    """Removes passwords. Doing it again changes nothing."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    async def __call__(self, *, session: Session, at: datetime) -> None:
        """Remove the password of the account in ``session``.

        Raises:
            NotFresh: Who is signed in must prove again who they are.
            LastWayIn: Nobody could sign in to it any more.
            SignInRequired: The session was ended meanwhile.
        """
        if not session.is_fresh(at=at):
            raise NotFresh
        async with self._credentials.changing() as writer:
            account, ways = await hold_account(writer, session)
            if ways.password:
                ways.check_one_can_go()
                await writer.remove_password(account.id)
                await writer.record("account.password_removed", subjects={"account": account.id}, at=at)
                await tell_owner(writer, account, "password_changed", at=at)

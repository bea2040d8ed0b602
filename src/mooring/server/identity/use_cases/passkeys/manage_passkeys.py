"""Rename and remove passkeys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import NotFound
from mooring.server.identity.domain.session import NotFresh
from mooring.server.identity.domain.staff.second_step import check_one_stays
from mooring.server.identity.use_cases.accounts.still_signed_in import hold_account
from mooring.server.identity.use_cases.accounts.telling import tell_owner

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.credentials.passkey import Passkey
    from mooring.server.identity.domain.session import Session
    from mooring.server.identity.ports.credentials import CredentialReader, Credentials


class RenamePasskey:
    """Gives a passkey another name."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    async def __call__(self, passkey_id: str, name: str, *, account_id: AccountId) -> None:
        """Let the account's passkey be called as somebody typed.

        Raises:
            NotFound: The account has no such passkey.
            PasskeyNameUnfit: The name is none.
        """
        async with self._credentials.changing() as writer:
            await writer.ways_in(account_id)  # nobody else changes its passkeys until this is done
            passkey = await _passkey(writer, passkey_id, account_id)
            await writer.save_passkey(passkey.renamed(name))


class RemovePasskey:
    """Removes passkeys. Sessions that they opened stay."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    async def __call__(self, passkey_id: str, *, session: Session, at: datetime) -> None:
        """Remove the passkey of the account in ``session``.

        Raises:
            NotFresh: Who is signed in must prove again who they are.
            NotFound: The account has no such passkey.
            LastWayIn: Nobody could sign in to it any more.
            LastSecondFactor: Whose it is works here, and has no other.
            SignInRequired: The session was ended meanwhile.
        """
        if not session.is_fresh(at=at):
            raise NotFresh
        async with self._credentials.changing() as writer:
            account, ways = await hold_account(writer, session)
            passkey = await _passkey(writer, passkey_id, account.id)
            ways.check_one_can_go()
            if account.staff_role is not None:
                authenticator = await writer.authenticator(account.id)
                is_on = authenticator is not None and authenticator.is_on
                check_one_stays(authenticator=is_on, passkeys=ways.passkeys - 1)
            await writer.remove_passkey(passkey.id)
            subjects = {"account": account.id, "passkey": passkey.id}
            await writer.record("account.passkey_removed", subjects=subjects, at=at)
            await tell_owner(writer, account, "passkey_removed", at=at, name=passkey.name)


async def _passkey(reader: CredentialReader, passkey_id: str, account_id: AccountId) -> Passkey:
    for passkey in await reader.passkeys_of(account_id):
        if passkey.id == passkey_id:
            return passkey
    raise NotFound

"""Undo a change of address: the old one comes back, for who reads its mailbox, and everybody else is out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from mooring.server.identity.domain.recovery.mail_token import MailTokenOver, Purpose
from mooring.server.identity.ports.accounts import EmailTaken
from mooring.server.identity.use_cases.accounts.telling import tell_owner
from mooring.server.identity.use_cases.recovery.mail_desk import use
from mooring.server.identity.use_cases.recovery.messages import AddressTaken, Found
from mooring.server.identity.use_cases.recovery.reset_password import (
    remove_ways_in,
    sign_out_everywhere,
    withdraw_offers,
)

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.recovery.mail_token import MailToken
    from mooring.server.identity.ports.recovery import Recoveries, RecoveryWriter
    from mooring.server.identity.use_cases.recovery.mail_desk import MailDesk

NOT_BELIEVED: Final = timedelta(days=1)
"""What was added to the account so long before the change is not believed either."""


class UndoChange:
    """Puts an account's former address back. Its password is gone then: the owner sets another at once."""

    def __init__(self, recoveries: Recoveries, desk: MailDesk) -> None:
        self._recoveries = recoveries
        self._desk = desk

    async def look(self, shown: str, *, at: datetime) -> Found:
        """Return what the link that carries ``shown`` leads to, and use nothing up.

        Raises:
            MailTokenOver: Nothing.
        """
        async with self._recoveries.reading() as reader:
            token = await self._desk.find(reader, shown, Purpose.UNDO, at=at)
        return Found(token.email.text, asks=False)

    async def __call__(self, shown: str, *, at: datetime) -> str:
        """Put the address back, and return what a link to a new password carries.

        Raises:
            MailTokenOver: The link is worth nothing.
            AddressTaken: The address has another account by now.
        """
        try:
            async with self._recoveries.changing() as writer:
                token = await self._desk.find(writer, shown, Purpose.UNDO, at=at)
                return await self._undone(writer, token, at=at)
        except EmailTaken:
            raise AddressTaken from None

    async def _undone(self, writer: RecoveryWriter, token: MailToken, *, at: datetime) -> str:
        if token.account_id is None:
            raise MailTokenOver
        await writer.ways_in(token.account_id)  # nobody else changes it until this is done
        account = await writer.account(token.account_id)
        if account is None:
            raise MailTokenOver
        await use(writer, token, at=at)
        await writer.save_account(replace(account, email=token.email, verified_at=at))
        await self._lock_out(writer, token, at=at)
        await withdraw_offers(writer, replace(account, email=token.email), at=at)
        if account.email not in {None, token.email}:  # who had it meanwhile may be its owner, and must know
            await tell_owner(writer, account, "address_put_back", at=at, masked=token.email.masked)
        await writer.record("account.address_put_back", subjects={"account": account.id}, at=at)
        reset = self._desk.issue(Purpose.RESET, token.email, account_id=account.id, at=at)
        await writer.add_mail_token(reset.token)
        return reset.shown

    async def _lock_out(self, writer: RecoveryWriter, token: MailToken, *, at: datetime) -> None:
        """Leave whoever changed the address nothing to come in with."""
        assert token.account_id is not None  # noqa: S101 (see above)
        account_id, since = token.account_id, token.created_at - NOT_BELIEVED
        await sign_out_everywhere(writer, account_id, at=at)  # before any identity goes, as in a reset
        await writer.credentials.remove_password(account_id)
        await remove_ways_in(writer, account_id, since=since)
        authenticator = await writer.credentials.authenticator(account_id)
        if authenticator is not None and (authenticator.confirmed_at or at) >= since:
            await writer.credentials.remove_authenticator(account_id)
        # Not the earlier ones: who changed the address twice may not undo the owner's way back.
        await writer.end_mail_tokens_of(account_id, undo_after=token.created_at, at=at)

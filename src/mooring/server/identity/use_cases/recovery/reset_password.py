"""Reset a password: who reads the account's mailbox chooses another, and everybody else is out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mooring.server.identity.domain.credentials.authenticator import SecondFactorWrong
from mooring.server.identity.domain.credentials.one_time_codes import parse_code
from mooring.server.identity.domain.credentials.recovery_codes import parse_recovery_code
from mooring.server.identity.domain.password import parse_password
from mooring.server.identity.domain.recovery.mail_token import MailTokenOver, Purpose
from mooring.server.identity.domain.session import SessionId
from mooring.server.identity.use_cases.accounts.telling import tell_owner
from mooring.server.identity.use_cases.grants.end_all_grants import end_all_grants
from mooring.server.identity.use_cases.recovery.mail_desk import use
from mooring.server.identity.use_cases.recovery.messages import Found
from mooring.server.identity.use_cases.second_factor.recovery_codes import recovery_code_hash
from mooring.server.identity.use_cases.sessions.end_sessions import end_other_sessions

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.recovery.mail_token import MailToken
    from mooring.server.identity.ports.passwords import PasswordHashes
    from mooring.server.identity.ports.recovery import Recoveries, RecoveryReader, RecoveryWriter
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.recovery.mail_desk import MailDesk
    from mooring.server.identity.use_cases.second_factor.limits import SecondFactorLimits


class ResetPassword:
    """Gives an account another password for the link that went to its mailbox.

    Every session and every device is signed out, and browsers known so far are strangers again. Where a
    second factor is on, the mailbox alone does not do: one who reads it is not yet the owner. Unless nobody
    had proven the address so far: then its mailbox is the first proof there is, and all else goes.
    """

    def __init__(
        self,
        recoveries: Recoveries,
        passwords: PasswordHashes,
        secrets: TokenSecrets,
        desk: MailDesk,
        limits: SecondFactorLimits,
    ) -> None:
        self._recoveries = recoveries
        self._passwords = passwords
        self._secrets = secrets
        self._desk = desk
        self._limits = limits

    async def look(self, shown: str, *, at: datetime) -> Found:
        """Return what the link that carries ``shown`` leads to. It uses nothing up: programs open links, too.

        Raises:
            MailTokenOver: Nothing.
        """
        async with self._recoveries.reading() as reader:
            token, account = await self._found(reader, shown, at=at)
            authenticator = await reader.credentials.authenticator(account.id)
            unproven = _may_be_a_strangers(account)
            has_app = authenticator is not None and authenticator.is_on
            return Found(
                token.email.text,
                asks=has_app and not unproven,
                unproven=unproven,
                has_app=has_app and unproven,
            )

    async def __call__(self, shown: str, new: str, second_factor: str, *, address: str, at: datetime) -> None:
        """Let ``new`` be the password, as typed; ``second_factor`` is a code of the app or from the paper.

        Raises:
            MailTokenOver: The link is worth nothing.
            PasswordUnfit: The password is not good enough; the link stays good.
            SecondFactorWrong: A second factor is on, and this is none; the link stays good.
            BudgetSpent: There were too many wrong ones.
            ServiceUnavailable: Too many passwords are looked at just now.
        """
        async with self._recoveries.reading() as reader:
            token, account = await self._found(reader, shown, at=at)
        password = parse_password(new)
        password.check_fit(token.email)
        password_hash = await self._passwords.hash(password)  # outside of any transaction: it is slow
        async with (
            self._limits.attempt(account.id, address, browser=None, at=at),
            self._recoveries.changing() as writer,
        ):
            token, account = await self._found(writer, shown, at=at)
            await writer.ways_in(account.id)  # nobody else changes it until this is done
            await self._take_second_factor(writer, account, second_factor, at=at)
            await use(writer, token, at=at)
            await writer.save_password(account.id, password_hash, at=at)
            await self._settle(writer, account, at=at)

    async def _found(self, reader: RecoveryReader, shown: str, *, at: datetime) -> tuple[MailToken, Account]:
        token = await self._desk.find(reader, shown, Purpose.RESET, at=at)
        account = None if token.account_id is None else await reader.account(token.account_id)
        if account is None or account.email != token.email:  # it goes by another address since
            raise MailTokenOver
        return token, account

    async def _take_second_factor(
        self, writer: RecoveryWriter, account: Account, typed: str, *, at: datetime
    ) -> None:
        if _may_be_a_strangers(account):  # it is of whoever made the account
            return
        authenticator = await writer.credentials.authenticator(account.id)
        if authenticator is None or not authenticator.is_on:
            return
        if parse_code(typed) is not None:
            await writer.credentials.save_authenticator(authenticator.accept(typed, at=at))
            return
        code = parse_recovery_code(typed)
        if code is None or not await writer.credentials.use_recovery_code(
            account.id, recovery_code_hash(self._secrets, account.id, code), at=at
        ):
            raise SecondFactorWrong
        left = await writer.credentials.recovery_codes_left(account.id)
        subjects = {"account": account.id}
        await writer.record("account.recovery_code_used", subjects=subjects, at=at, detail={"left": left})
        await tell_owner(writer, account, "recovery_code_used", at=at, left=left)

    async def _settle(self, writer: RecoveryWriter, account: Account, *, at: datetime) -> None:
        # Before any identity goes: a device that comes now holds its code, and then waits for that.
        await sign_out_everywhere(writer, account.id, at=at)
        if _may_be_a_strangers(account):
            # Until now nobody had shown to own the address: who made the account may not have. The one who
            # does shall not share it with a passkey or an identity that a stranger left in wait, nor be kept
            # out by a stranger's app.
            await remove_ways_in(writer, account.id, since=None)
            await writer.credentials.remove_authenticator(account.id)
        if account.verified_at is None:
            await writer.save_account(replace(account, verified_at=at))
        await writer.end_mail_tokens_of(account.id, at=at)
        await withdraw_offers(writer, account, at=at)
        await writer.record("account.password_reset", subjects={"account": account.id}, at=at)
        await tell_owner(writer, account, "password_changed", at=at)


def _may_be_a_strangers(account: Account) -> bool:
    """Tell whether somebody may have made the account with an address that is not theirs.

    Who works here was invited, or named by an operator: a mailbox alone does not take their second factor.
    """
    return account.verified_at is None and account.staff_role is None


async def sign_out_everywhere(writer: RecoveryWriter, account_id: AccountId, *, at: datetime) -> None:
    """End every session and every grant of the account, also those that devices were about to get."""
    await end_other_sessions(writer.credentials, account_id, keep=None, at=at)
    await end_all_grants(writer.authorizations, account_id, at=at)


async def withdraw_offers(writer: RecoveryWriter, account: Account, *, at: datetime) -> None:
    """End what the account offers to others: whoever else was in it may have offered it to themselves."""
    for license_, to in await writer.withdraw_offers(account.id, at=at):
        await tell_owner(writer, account, "handover_withdrawn", at=at, license=license_, to=to)


async def remove_ways_in(writer: RecoveryWriter, account_id: AccountId, *, since: datetime | None) -> None:
    """Remove the account's passkeys and identities that were added ``since`` then; none: all."""
    for passkey in await writer.credentials.passkeys_of(account_id):
        if since is None or passkey.created_at >= since:
            await writer.credentials.remove_passkey(passkey.id)
    for identity in await writer.identities.identities_of(account_id):
        if since is None or identity.linked_at >= since:
            await writer.identities.remove_identity(identity.id, keep=SessionId(""))

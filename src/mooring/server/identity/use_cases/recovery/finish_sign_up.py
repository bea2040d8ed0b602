"""Finish a sign-up: with the code or the link of the mail, the account is made, its address proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.identifiers import new_account_id
from mooring.server.identity.domain.account import Account
from mooring.server.identity.domain.password import PasswordUnfit, parse_password
from mooring.server.identity.domain.recovery.mail_token import MailTokenOver, Purpose
from mooring.server.identity.ports.accounts import EmailTaken
from mooring.server.identity.use_cases.accounts.open_session import open_session
from mooring.server.identity.use_cases.recovery.mail_desk import count_wrong, use
from mooring.server.identity.use_cases.recovery.messages import AddressTaken, Entered, Found

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.recovery.mail_token import MailToken
    from mooring.server.identity.ports.passwords import PasswordHashes
    from mooring.server.identity.ports.recovery import Recoveries, RecoveryWriter
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.accounts.messages import Arrival
    from mooring.server.identity.use_cases.recovery.mail_desk import MailDesk


class FinishSignUp:
    """Makes accounts of proven addresses, and signs in who made them.

    Where the link is opened in another browser than the one that began, the password that was chosen there is
    asked for: so nobody gives life to an account that a stranger began with their address.
    """

    def __init__(
        self, recoveries: Recoveries, passwords: PasswordHashes, secrets: TokenSecrets, desk: MailDesk
    ) -> None:
        self._recoveries = recoveries
        self._passwords = passwords
        self._secrets = secrets
        self._desk = desk

    async def by_code(self, held: str | None, typed: str, arrival: Arrival, *, at: datetime) -> Entered:
        """Return the session of the account that is made for the code typed where the ticket is ``held``.

        Raises:
            MailCodeWrong: It is not the code of the mail.
            MailTokenOver: There is nothing to type a code for, or not any more.
            AddressTaken: The address has an account by now.
        """
        ticket = self._desk.read_ticket(held, Purpose.SIGN_UP)
        try:
            async with self._recoveries.changing() as writer:
                token = await self._desk.open(writer, ticket.token_hash, Purpose.SIGN_UP, at=at)
                if self._desk.has_code(token, typed):
                    return await self._made(writer, token, arrival, at=at)
                wrong = await count_wrong(writer, token)
        except EmailTaken:
            raise AddressTaken from None
        raise wrong

    async def look(self, shown: str, held: str | None, *, at: datetime) -> Found:
        """Return what the link that carries ``shown`` leads to. It uses nothing up: programs open links, too.

        Raises:
            MailTokenOver: Nothing.
        """
        async with self._recoveries.reading() as reader:
            token = await self._desk.find(reader, shown, Purpose.SIGN_UP, at=at)
        return Found(token.email.text, asks=not self._is_ours(token, held))

    async def by_link(
        self, shown: str, held: str | None, password: str, arrival: Arrival, *, at: datetime
    ) -> Entered:
        """Return the session of the account that is made for the link that carries ``shown``.

        Raises:
            MailCodeWrong: Another browser began, and ``password`` is not what was chosen there.
            MailTokenOver: The link is worth nothing.
            AddressTaken: The address has an account by now.
            ServiceUnavailable: Too many passwords are looked at just now.
        """
        async with self._recoveries.reading() as reader:
            token = await self._desk.find(reader, shown, Purpose.SIGN_UP, at=at)
        if not self._is_ours(token, held):
            await self._check(token, password, at=at)
        try:
            async with self._recoveries.changing() as writer:
                token = await self._desk.find(writer, shown, Purpose.SIGN_UP, at=at)
                return await self._made(writer, token, arrival, at=at)
        except EmailTaken:
            raise AddressTaken from None

    def _is_ours(self, token: MailToken, held: str | None) -> bool:
        """Tell whether the browser that holds this ticket is the one that began."""
        try:
            return self._desk.read_ticket(held, Purpose.SIGN_UP).token_hash == token.token_hash
        except MailTokenOver:
            return False

    async def _check(self, token: MailToken, typed: str, *, at: datetime) -> None:
        # Counted before it is looked at, so that guesses made at the same moment are counted, too.
        async with self._recoveries.changing() as writer:
            token = await self._desk.open(writer, token.token_hash, Purpose.SIGN_UP, at=at)
            wrong = await count_wrong(writer, token)
        try:
            password = parse_password(typed)
        except PasswordUnfit:
            raise wrong from None
        if not await self._passwords.matches(password, token.values["password_hash"]):
            raise wrong

    async def _made(
        self, writer: RecoveryWriter, token: MailToken, arrival: Arrival, *, at: datetime
    ) -> Entered:
        await use(writer, token, at=at)
        account = Account(new_account_id(at), token.email, at, verified_at=at)
        await writer.add_account(account, token.values["password_hash"])
        await writer.record("account.created", subjects={"account": account.id}, at=at)
        opened = await open_session(writer, self._secrets, account, arrival, created=True, at=at)
        return Entered(opened, token.values["onward"])

"""Prove an address: the one that the account has, or another that it shall have from now on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mooring.server.identity.domain.email_address import parse_email_address
from mooring.server.identity.domain.recovery.mail_token import UNDO_LASTS, MailTokenOver, Purpose
from mooring.server.identity.domain.session import NotFresh
from mooring.server.identity.ports.accounts import EmailTaken
from mooring.server.identity.use_cases.accounts.still_signed_in import hold_account
from mooring.server.identity.use_cases.recovery.mail_desk import count_wrong, use
from mooring.server.identity.use_cases.recovery.messages import AddressTaken, Found
from mooring.server.record.outbox.mail import Mail

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.email_address import EmailAddress
    from mooring.server.identity.domain.recovery.mail_token import MailToken
    from mooring.server.identity.domain.session import Session
    from mooring.server.identity.ports.recovery import Recoveries, RecoveryWriter
    from mooring.server.identity.use_cases.recovery.limits import MailLimits
    from mooring.server.identity.use_cases.recovery.mail_desk import Issued, MailDesk
    from mooring.server.identity.use_cases.recovery.messages import Wish

ENGLISH = "en"


class BeginProof:
    """Sends a code to an address of who is signed in, or to the one that they want to have."""

    def __init__(self, recoveries: Recoveries, desk: MailDesk, limits: MailLimits) -> None:
        self._recoveries = recoveries
        self._desk = desk
        self._limits = limits

    async def verify(self, wish: Wish, *, session: Session, at: datetime) -> str:
        """Send a code to the address that the account has, and return the ticket to type it with.

        Raises:
            MailTokenOver: It has none, or has proven it already.
            RateLimited: There were too many.
            SignInRequired: The session was ended meanwhile.
        """
        async with self._recoveries.reading() as reader:
            account = await reader.account(session.account_id)
        if account is None or account.email is None or account.verified_at is not None:
            raise MailTokenOver
        asked = self._limits.ask(account.email.key, wish.address, at=at)
        async with asked, self._recoveries.changing() as writer:
            await hold_account(writer, session)
            issued = self._desk.issue(Purpose.VERIFY, account.email, account_id=account.id, at=at)
            await writer.add_mail_token(issued.token)
            await writer.send(_code_mail(issued, account.language or wish.language), at=at)
        return self._desk.give_ticket(issued.token)

    async def change(self, wish: Wish, *, session: Session, at: datetime) -> str:
        """Send a code to the address that the account shall have, and return the ticket to type it with.

        One that has an account already is told so by mail, and nobody else is.

        Raises:
            EmailMalformed: The address is none.
            NotFresh: Who is signed in must prove again who they are.
            RateLimited: There were too many.
            SignInRequired: The session was ended meanwhile.
        """
        if not session.is_fresh(at=at):
            raise NotFresh
        email = parse_email_address(wish.email)
        asked = self._limits.ask(email.key, wish.address, at=at)
        async with asked, self._recoveries.changing() as writer:
            account, _ = await hold_account(writer, session)
            known = await writer.account_at(email.key)
            is_free = known is None or known.id == account.id
            issued = self._desk.issue(Purpose.CHANGE, email, account_id=account.id, is_real=is_free, at=at)
            await writer.add_mail_token(issued.token)
            language = account.language or wish.language
            if known is None or is_free:
                await writer.send(_code_mail(issued, language), at=at)
            else:
                assert known.email is not None  # noqa: S101 (it was found by it)
                values = {"link": f"{self._desk.site}/sign-in"}
                mail = Mail("sign_up_again", known.email.text, known.language or language, values)
                await writer.send(mail, at=at)
        return self._desk.give_ticket(issued.token)


class FinishProof:
    """Lets an account have an address that its owner has proven. Only who is signed in to it can."""

    def __init__(self, recoveries: Recoveries, desk: MailDesk) -> None:
        self._recoveries = recoveries
        self._desk = desk

    async def by_code(self, held: str | None, typed: str, *, session: Session, at: datetime) -> None:
        """Let the address be proven by the code that was typed.

        Raises:
            MailCodeWrong: It is not the code of the mail.
            MailTokenOver: There is nothing to type a code for, or not any more.
            AddressTaken: The address has another account by now.
            SignInRequired: The session was ended meanwhile.
        """
        ticket = self._desk.read_ticket(held, Purpose.VERIFY, Purpose.CHANGE)
        try:
            async with self._recoveries.changing() as writer:
                token = await self._desk.open(writer, ticket.token_hash, ticket.purpose, at=at)
                _check_theirs(token, session)
                if self._desk.has_code(token, typed):
                    await self._proven(writer, token, session, at=at)
                    return
                wrong = await count_wrong(writer, token)
        except EmailTaken:
            raise AddressTaken from None
        raise wrong

    async def look(self, shown: str, *, session: Session, at: datetime) -> Found:
        """Return what the link that carries ``shown`` leads to, and use nothing up.

        Raises:
            MailTokenOver: Nothing, or not for who is signed in.
        """
        async with self._recoveries.reading() as reader:
            token = await self._desk.find(reader, shown, Purpose.VERIFY, Purpose.CHANGE, at=at)
        _check_theirs(token, session)
        return Found(token.email.text, asks=False)

    async def by_link(self, shown: str, *, session: Session, at: datetime) -> None:
        """Let the address be proven by the link that carries ``shown``.

        Raises:
            MailTokenOver: It is worth nothing, or not for who is signed in.
            AddressTaken: The address has another account by now.
            SignInRequired: The session was ended meanwhile.
        """
        try:
            async with self._recoveries.changing() as writer:
                token = await self._desk.find(writer, shown, Purpose.VERIFY, Purpose.CHANGE, at=at)
                _check_theirs(token, session)
                await self._proven(writer, token, session, at=at)
        except EmailTaken:
            raise AddressTaken from None

    async def _proven(
        self, writer: RecoveryWriter, token: MailToken, session: Session, *, at: datetime
    ) -> None:
        await use(writer, token, at=at)
        account, _ = await hold_account(writer, session)
        if token.purpose is Purpose.VERIFY and account.email != token.email:
            raise MailTokenOver
        await writer.save_account(replace(account, email=token.email, verified_at=at))
        if token.purpose is Purpose.CHANGE and account.verified_at is not None and account.verified_at >= at:
            raise MailTokenOver  # twice in one second: which change came first could not be told when undone
        what = "account.address_verified"
        if token.purpose is Purpose.CHANGE and account.email != token.email:
            # Links to the address that was are worth nothing any more, but for those that bring it back.
            await writer.end_mail_tokens_of(account.id, at=at)
            what = "account.address_changed"
            await self._tell(writer, account, token.email, at=at)
        await writer.record(what, subjects={"account": account.id}, at=at)

    async def _tell(
        self, writer: RecoveryWriter, account: Account, email: EmailAddress, *, at: datetime
    ) -> None:
        language, values = account.language or ENGLISH, {"new_masked": email.masked}
        await writer.send(Mail("address_changed", email.text, language, values), at=at)
        old = account.email
        if old is None:
            return
        if account.verified_at is None:  # perhaps a stranger's mailbox: it is told, and given no say
            await writer.send(Mail("address_changed", old.text, language, values), at=at)
            return
        undo = self._desk.issue(Purpose.UNDO, old, account_id=account.id, lasts=UNDO_LASTS, at=at)
        await writer.add_mail_token(undo.token)
        mail = Mail("address_replaced", old.text, language, {**values, "link": undo.link})
        await writer.send(mail, at=at)


def _check_theirs(token: MailToken, session: Session) -> None:
    if token.account_id != session.account_id:
        raise MailTokenOver


def _code_mail(issued: Issued, language: str) -> Mail:
    values = {"code": issued.code, "link": issued.link}
    return Mail("verify_address", issued.token.email.text, language, values, issued.token.ends_at)

"""Accounts, passwords and sessions in the database."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, or_, select, update

from mooring.core.identifiers import AccountId
from mooring.server.foundation.database.port import UniqueViolation
from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.domain.account import Account
from mooring.server.identity.domain.email_address import EmailAddress
from mooring.server.identity.domain.session import IDLE, LONGEST, Session, SessionId
from mooring.server.identity.ports.accounts import NO_DETAIL, Credential, EmailTaken, SignedIn
from mooring.server.identity.storage.tables import accounts, passwords, sessions
from mooring.server.record.recorder import Actor, Event, Recorder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import datetime

    from mooring.server.foundation.database.port import Database, Row, Transaction
    from mooring.server.foundation.database.port import Session as DatabaseSession

ACCOUNT_COLUMNS = [column.label(f"account_{column.key}") for column in accounts.c]
_ACCOUNT = Statement(select(*ACCOUNT_COLUMNS).where(accounts.c.id == bindparam("wanted")))
_CREDENTIAL = Statement(
    select(*ACCOUNT_COLUMNS, passwords.c.hash)
    .join(passwords, passwords.c.account_id == accounts.c.id)
    .where(accounts.c.email_key == bindparam("wanted"))
)
_SESSION = Statement(
    select(sessions, *[column for column in ACCOUNT_COLUMNS if column.key != "account_id"])
    .join(accounts, accounts.c.id == sessions.c.account_id)
    .where(sessions.c.token_hash == bindparam("wanted"))
)
_ADD_ACCOUNT = Statement(insert(accounts))
_ADD_PASSWORD = Statement(insert(passwords))
_SAVE_PASSWORD = Statement(
    update(passwords)
    .where(passwords.c.account_id == bindparam("of_account"))
    .values(hash=bindparam("new_hash"), changed_at=bindparam("changed"))
)
_ADD_SESSION = Statement(insert(sessions))
_SAVE_SESSION = Statement(
    update(sessions).where(sessions.c.id == bindparam("of_session")).values(last_seen_at=bindparam("seen"))
)
_REMOVE_SESSION = Statement(
    delete(sessions).where(sessions.c.token_hash == bindparam("wanted")).returning(sessions)
)
_FORGET_SESSIONS = Statement(
    delete(sessions).where(
        sessions.c.token_hash.in_(
            select(sessions.c.token_hash)
            .where(
                or_(
                    sessions.c.created_at <= bindparam("made_before"),
                    sessions.c.last_seen_at <= bindparam("seen_before"),
                )
            )
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True)
        )
    )
)


class StoredAccounts:
    """Implements :class:`~mooring.server.identity.ports.accounts.Accounts`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[StoredAccountReader]:
        """Open a view of what is kept."""
        async with self._database.reading() as session:
            yield StoredAccountReader(session)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[StoredAccountWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        async with self._database.transaction() as transaction:
            yield StoredAccountWriter(transaction)


class StoredAccountReader:
    """Reads accounts and sessions."""

    def __init__(self, session: DatabaseSession) -> None:
        self._session = session

    async def account(self, account_id: AccountId) -> Account | None:
        """Return the account with this identifier."""
        row = await self._session.fetch_one(_ACCOUNT, wanted=account_id)
        return None if row is None else account_of(row)

    async def credential(self, email_key: str) -> Credential | None:
        """Return the account whose address has this key, and its password's hash."""
        row = await self._session.fetch_one(_CREDENTIAL, wanted=email_key)
        return None if row is None else Credential(account_of(row), row.hash)

    async def session(self, token_hash: bytes) -> SignedIn | None:
        """Return the session with this token and its account, whether it has ended or not."""
        row = await self._session.fetch_one(_SESSION, wanted=token_hash)
        return None if row is None else SignedIn(_session_of(row), account_of(row))


class StoredAccountWriter(StoredAccountReader):
    """Changes accounts and sessions within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self._transaction = transaction

    async def add_account(self, account: Account, password_hash: str) -> None:
        """Keep a new account; see the port."""
        try:
            await self._transaction.execute(
                _ADD_ACCOUNT,
                id=account.id,
                email=account.email.text,
                email_key=account.email.key,
                verified_at=account.verified_at,
                provider=account.provider,
                name=None,
                language=account.language,
                staff_role=None,
                created_at=account.created_at,
            )
        except UniqueViolation:
            raise EmailTaken from None
        await self._transaction.execute(
            _ADD_PASSWORD, account_id=account.id, hash=password_hash, changed_at=account.created_at
        )

    async def save_password(self, account_id: AccountId, password_hash: str, *, at: datetime) -> None:
        """Keep another hash of the account's password."""
        await self._transaction.execute(
            _SAVE_PASSWORD, of_account=account_id, new_hash=password_hash, changed=at
        )

    async def add_session(self, session: Session, token_hash: bytes) -> None:
        """Keep a new session."""
        await self._transaction.execute(
            _ADD_SESSION,
            token_hash=token_hash,
            id=session.id,
            account_id=session.account_id,
            created_at=session.created_at,
            last_seen_at=session.last_seen_at,
            method=None,
            second_factor_at=None,
            fresh_at=None,
            identity_id=None,
            browser=None,
            place=None,
        )

    async def save_session(self, session: Session) -> None:
        """Keep when the session was last used."""
        await self._transaction.execute(_SAVE_SESSION, of_session=session.id, seen=session.last_seen_at)

    async def remove_session(self, token_hash: bytes) -> Session | None:
        """Remove the session with this token and return it, if there is one."""
        row = await self._transaction.fetch_one(_REMOVE_SESSION, wanted=token_hash)
        return None if row is None else _session_of(row)

    async def forget_sessions(self, *, at: datetime, most: int) -> int:
        """Remove at most ``most`` sessions that have ended; return how many there were."""
        return await self._transaction.execute(
            _FORGET_SESSIONS, made_before=at - LONGEST, seen_before=at - IDLE, most=most
        )

    async def record(
        self,
        what: str,
        *,
        subjects: Mapping[str, str],
        at: datetime,
        detail: Mapping[str, object] = NO_DETAIL,
    ) -> None:
        """Write down what happened; see the port."""
        await record(self._transaction, what, subjects=subjects, at=at, detail=detail)


async def record(
    transaction: Transaction,
    what: str,
    *,
    subjects: Mapping[str, str],
    at: datetime,
    detail: Mapping[str, object],
) -> None:
    """Write down what the account among ``subjects`` did."""
    actor = Actor("account", subjects["account"])
    await Recorder().append(
        transaction, Event(kind=what, at=at, actor=actor, subjects=subjects, detail=detail)
    )


def account_of(row: Row) -> Account:
    """Return the account in a row with ``ACCOUNT_COLUMNS``."""
    return Account(
        id=AccountId(row.account_id),
        email=EmailAddress(row.account_email, row.account_email_key),
        created_at=row.account_created_at,
        verified_at=row.account_verified_at,
        provider=row.account_provider,
        language=row.account_language,
    )


def _session_of(row: Row) -> Session:
    return Session(SessionId(row.id), AccountId(row.account_id), row.created_at, row.last_seen_at)

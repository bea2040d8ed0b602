"""Accounts, passwords and sessions in the database."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, FromClause, bindparam, delete, func, insert, or_, select, update

from mooring.core.identifiers import AccountId
from mooring.server.foundation.database.port import UniqueViolation
from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.domain.account import Account
from mooring.server.identity.domain.email_address import EmailAddress
from mooring.server.identity.domain.federation.identity import IdentityId
from mooring.server.identity.domain.session import IDLE, LONGEST, PASSWORD, Session, SessionId
from mooring.server.identity.ports.accounts import NO_DETAIL, Credential, EmailTaken, SignedIn
from mooring.server.identity.storage.tables import accounts, identities, passwords, sessions
from mooring.server.record.recorder import Actor, Event, Recorder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import datetime

    from mooring.server.foundation.database.port import Database, Row, Transaction
    from mooring.server.foundation.database.port import Session as DatabaseSession

_shown = identities.alias("shown")
ACCOUNT_COLUMNS = [
    *[column.label(f"account_{column.key}") for column in accounts.c],
    _shown.c.provider.label("account_shown_provider"),
    _shown.c.hint.label("account_shown_hint"),
]


def with_shown_identity(source: FromClause, signed_in_by: ColumnElement[str] | None = None) -> FromClause:
    """Return ``source``, which has accounts, with the identity as which each is shown, if there is one.

    That is the one ``signed_in_by``, else the first at the provider through which the account was made.
    """
    own = identities.alias("own")
    first = (
        select(func.min(own.c.id))
        .where(own.c.account_id == accounts.c.id, own.c.provider == accounts.c.provider)
        .scalar_subquery()
    )
    wanted = first if signed_in_by is None else func.coalesce(signed_in_by, first)
    return source.outerjoin(_shown, _shown.c.id == wanted)


_ACCOUNT = Statement(
    select(*ACCOUNT_COLUMNS)
    .select_from(with_shown_identity(accounts))
    .where(accounts.c.id == bindparam("wanted"))
)
_CREDENTIAL = Statement(
    select(*ACCOUNT_COLUMNS, passwords.c.hash)
    .select_from(with_shown_identity(accounts.join(passwords, passwords.c.account_id == accounts.c.id)))
    .where(accounts.c.email_key == bindparam("wanted"))
)
_SESSION = Statement(
    select(sessions, *[column for column in ACCOUNT_COLUMNS if column.key != "account_id"])
    .select_from(
        with_shown_identity(
            sessions.join(accounts, accounts.c.id == sessions.c.account_id), sessions.c.identity_id
        )
    )
    .where(sessions.c.token_hash == bindparam("wanted"))
)
_ADD_ACCOUNT = Statement(insert(accounts))
_SAVE_ACCOUNT = Statement(
    update(accounts)
    .where(accounts.c.id == bindparam("of_account"))
    .values(
        email=bindparam("new_email"),
        email_key=bindparam("new_key"),
        verified_at=bindparam("verified"),
        name=bindparam("new_name"),
        language=bindparam("chosen"),
        staff_role=bindparam("role"),
    )
)
_ADD_PASSWORD = Statement(insert(passwords))
_SAVE_PASSWORD = Statement(
    update(passwords)
    .where(passwords.c.account_id == bindparam("of_account"))
    .values(hash=bindparam("new_hash"), changed_at=bindparam("changed"))
)
_ADD_SESSION = Statement(insert(sessions))
_SAVE_SESSION = Statement(
    update(sessions)
    .where(sessions.c.id == bindparam("of_session"))
    .values(last_seen_at=bindparam("seen"), second_factor_at=bindparam("second"), fresh_at=bindparam("fresh"))
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

    async def add_account(self, account: Account, password_hash: str | None = None) -> None:
        """Keep a new account; see the port."""
        try:
            await self._transaction.execute(
                _ADD_ACCOUNT,
                id=account.id,
                email=account.email and account.email.text,
                email_key=account.email and account.email.key,
                verified_at=account.verified_at,
                provider=account.provider,
                name=account.name,
                language=account.language,
                staff_role=account.staff_role,
                created_at=account.created_at,
            )
        except UniqueViolation:
            raise EmailTaken from None
        if password_hash is not None:
            await self._transaction.execute(
                _ADD_PASSWORD, account_id=account.id, hash=password_hash, changed_at=account.created_at
            )

    async def save_account(self, account: Account) -> None:
        """Keep what changed of an account; see the port."""
        try:
            await self._transaction.execute(
                _SAVE_ACCOUNT,
                of_account=account.id,
                new_email=account.email and account.email.text,
                new_key=account.email and account.email.key,
                verified=account.verified_at,
                new_name=account.name,
                chosen=account.language,
                role=account.staff_role,
            )
        except UniqueViolation:
            raise EmailTaken from None

    async def save_password(self, account_id: AccountId, password_hash: str, *, at: datetime) -> None:
        """Keep another hash of the account's password, or its first."""
        changed = await self._transaction.execute(
            _SAVE_PASSWORD, of_account=account_id, new_hash=password_hash, changed=at
        )
        if not changed:
            await self._transaction.execute(
                _ADD_PASSWORD, account_id=account_id, hash=password_hash, changed_at=at
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
            method=session.method,
            second_factor_at=session.second_factor_at,
            fresh_at=session.fresh_at,
            identity_id=session.identity_id,
            browser=session.browser,
            place=session.place,
        )

    async def save_session(self, session: Session) -> None:
        """Keep when the session was last used, and when the person in it last proved who they are."""
        await self._transaction.execute(
            _SAVE_SESSION,
            of_session=session.id,
            seen=session.last_seen_at,
            second=session.second_factor_at,
            fresh=session.fresh_at,
        )

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
        email=None if row.account_email is None else EmailAddress(row.account_email, row.account_email_key),
        created_at=row.account_created_at,
        verified_at=row.account_verified_at,
        provider=row.account_shown_provider or row.account_provider,
        hint=row.account_shown_hint,
        name=row.account_name,
        language=row.account_language,
        staff_role=row.account_staff_role,
    )


def _session_of(row: Row) -> Session:
    return Session(
        SessionId(row.id),
        AccountId(row.account_id),
        row.created_at,
        row.last_seen_at,
        method=row.method or PASSWORD,
        second_factor_at=row.second_factor_at,
        fresh_at=row.fresh_at,
        identity_id=None if row.identity_id is None else IdentityId(row.identity_id),
        browser=row.browser,
        place=row.place,
    )

"""Writing accounts, passwords and sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, insert, or_, select, update

from mooring.server.foundation.database.port import UniqueViolation
from mooring.server.foundation.database.schema import Instant
from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.domain.session import IDLE, LONGEST, Session, SessionId
from mooring.server.identity.domain.ways_in import WaysIn
from mooring.server.identity.ports.accounts import NO_DETAIL, EmailTaken
from mooring.server.identity.storage.accounts.reading import StoredAccountReader, session_of
from mooring.server.identity.storage.tables import accounts, identities, passkeys, passwords, sessions
from mooring.server.record.recorder import Actor, Event, Recorder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.foundation.database.port import Transaction
    from mooring.server.identity.domain.account import Account
    from mooring.server.record.outbox.mail import Mail
    from mooring.server.record.outbox.writing import Outbox

_LOCK_ACCOUNT = Statement(
    select(accounts.c.id).where(accounts.c.id == bindparam("wanted")).with_for_update(key_share=True)
)
_WAYS_IN = Statement(
    select(
        *(
            select(func.count())
            .select_from(table)
            .where(table.c.account_id == bindparam("of_account"))
            .scalar_subquery()
            .label(table.name)
            for table in (passwords, passkeys, identities)
        )
    )
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
    )
)
_ADD_PASSWORD = Statement(insert(passwords))
_SAVE_PASSWORD = Statement(
    update(passwords)
    .where(passwords.c.account_id == bindparam("of_account"))
    .values(
        hash=bindparam("new_hash"),
        changed_at=func.coalesce(bindparam("changed", type_=Instant), passwords.c.changed_at),
    )
)
_ADD_SESSION = Statement(insert(sessions))
_SAVE_SESSION = Statement(
    update(sessions)
    .where(sessions.c.id == bindparam("of_session"))
    .values(last_seen_at=bindparam("seen"), second_factor_at=bindparam("second"), fresh_at=bindparam("fresh"))
)
_HOLD_SESSION = Statement(
    select(sessions.c.id)
    .where(sessions.c.id == bindparam("wanted"))
    .with_for_update(read=True, key_share=True)
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


class StoredAccountWriter(StoredAccountReader):
    """Changes accounts and sessions within one transaction."""

    def __init__(self, transaction: Transaction, outbox: Outbox) -> None:
        super().__init__(transaction)
        self._transaction = transaction
        self._outbox = outbox

    async def ways_in(self, account_id: AccountId) -> WaysIn:
        """Return by what the account's owner can sign in; see the port."""
        await self._transaction.fetch_one(_LOCK_ACCOUNT, wanted=account_id)
        row = await self._transaction.fetch_one(_WAYS_IN, of_account=account_id)
        assert row is not None  # noqa: S101 (one row of counts)
        return WaysIn(bool(row.passwords), row.passkeys, row.identities)

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
            )
        except UniqueViolation:
            raise EmailTaken from None

    async def save_password(self, account_id: AccountId, password_hash: str, *, at: datetime | None) -> None:
        """Keep another hash of the account's password, or its first; see the port."""
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
            provider_session=session.provider_session,
            browser=session.browser,
            place=session.place,
        )

    async def has_session(self, session_id: SessionId) -> bool:
        """Tell whether the session has not been ended; see the port."""
        return await has_session(self._transaction, session_id)

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
        return None if row is None else session_of(row)

    async def forget_sessions(self, *, at: datetime, most: int) -> int:
        """Remove at most ``most`` sessions that have ended; return how many there were."""
        return await self._transaction.execute(
            _FORGET_SESSIONS, made_before=at - LONGEST, seen_before=at - IDLE, most=most
        )

    async def send(self, mail: Mail, *, at: datetime) -> None:
        """Have ``mail`` sent soon; see the port."""
        await self._outbox.send(self._transaction, mail, at=at)

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


async def has_session(transaction: Transaction, session_id: SessionId) -> bool:
    """Tell whether the session has not been ended, and let nobody end it until the transaction ends."""
    return await transaction.fetch_one(_HOLD_SESSION, wanted=session_id) is not None


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

"""Reading accounts and sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String, bindparam, select

from mooring.core.identifiers import AccountId
from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.domain.federation.identity import IdentityId
from mooring.server.identity.domain.session import PASSWORD, Session, SessionId
from mooring.server.identity.ports.accounts import Credential, SignedIn
from mooring.server.identity.storage.accounts.shown import ACCOUNT_COLUMNS, account_of, with_shown_identity
from mooring.server.identity.storage.tables import accounts, authenticators, passwords, sessions

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.foundation.database.port import Row
    from mooring.server.foundation.database.port import Session as DatabaseSession
    from mooring.server.identity.domain.account import Account

_ACCOUNT = Statement(
    select(*ACCOUNT_COLUMNS)
    .select_from(with_shown_identity(accounts, bindparam("signed_in_by", type_=String(30))))
    .where(accounts.c.id == bindparam("wanted"))
)
_CREDENTIAL = Statement(
    select(*ACCOUNT_COLUMNS, passwords.c.hash, passwords.c.changed_at, authenticators.c.confirmed_at)
    .select_from(
        with_shown_identity(
            accounts.join(passwords, passwords.c.account_id == accounts.c.id).outerjoin(
                authenticators, authenticators.c.account_id == accounts.c.id
            )
        )
    )
    .where(accounts.c.email_key == bindparam("wanted"))
)
_PROOFS_CHANGED = Statement(
    select(passwords.c.changed_at, authenticators.c.confirmed_at)
    .select_from(
        accounts.outerjoin(passwords, passwords.c.account_id == accounts.c.id).outerjoin(
            authenticators, authenticators.c.account_id == accounts.c.id
        )
    )
    .where(accounts.c.id == bindparam("of_account"))
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


class StoredAccountReader:
    """Reads accounts and sessions."""

    def __init__(self, session: DatabaseSession) -> None:
        self._session = session

    async def account(
        self, account_id: AccountId, *, signed_in_by: IdentityId | None = None
    ) -> Account | None:
        """Return the account with this identifier, as it is when somebody signed in by this identity."""
        row = await self._session.fetch_one(_ACCOUNT, wanted=account_id, signed_in_by=signed_in_by)
        return None if row is None else account_of(row)

    async def credential(self, email_key: str) -> Credential | None:
        """Return the account whose address has this key, and its password's hash."""
        row = await self._session.fetch_one(_CREDENTIAL, wanted=email_key)
        if row is None:
            return None
        changed_at = max(row.changed_at, row.confirmed_at or row.changed_at)
        return Credential(account_of(row), row.hash, changed_at, row.confirmed_at is not None)

    async def proofs_changed_at(self, account_id: AccountId) -> datetime | None:
        """Return when the account's password or its second factor was last changed; none: it has neither."""
        row = await self._session.fetch_one(_PROOFS_CHANGED, of_account=account_id)
        changes = () if row is None else (row.changed_at, row.confirmed_at)
        return max(filter(None, changes), default=None)

    async def session(self, token_hash: bytes) -> SignedIn | None:
        """Return the session with this token and its account, whether it has ended or not."""
        row = await self._session.fetch_one(_SESSION, wanted=token_hash)
        return None if row is None else SignedIn(session_of(row), account_of(row))


def session_of(row: Row) -> Session:
    """Return the session in a row of ``sessions``."""
    return Session(
        SessionId(row.id),
        AccountId(row.account_id),
        row.created_at,
        row.last_seen_at,
        method=row.method or PASSWORD,
        second_factor_at=row.second_factor_at,
        fresh_at=row.fresh_at,
        identity_id=None if row.identity_id is None else IdentityId(row.identity_id),
        provider_session=row.provider_session,
        browser=row.browser,
        place=row.place,
    )

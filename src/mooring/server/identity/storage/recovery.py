"""What mails stand for, in the database."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, or_, select, update

from mooring.core.identifiers import AccountId
from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.domain.email_address import EmailAddress
from mooring.server.identity.domain.recovery.mail_token import MailToken, Purpose
from mooring.server.identity.storage.accounts import StoredAccountReader, StoredAccountWriter
from mooring.server.identity.storage.accounts.shown import ACCOUNT_COLUMNS, account_of, with_shown_identity
from mooring.server.identity.storage.authorizations.writing import StoredAuthorizationWriter
from mooring.server.identity.storage.credentials import StoredCredentialReader, StoredCredentialWriter
from mooring.server.identity.storage.identities import StoredIdentityWriter
from mooring.server.identity.storage.tables import accounts, mail_tokens

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from mooring.server.foundation.database.port import Database, Row, Session, Transaction
    from mooring.server.foundation.secrets import Secrets
    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.ports.recovery import Withdrawal
    from mooring.server.record.outbox.writing import Outbox

_ACCOUNT_AT = Statement(
    select(*ACCOUNT_COLUMNS)
    .select_from(with_shown_identity(accounts))
    .where(accounts.c.email_key == bindparam("wanted"))
)
_found = select(mail_tokens).where(mail_tokens.c.token_hash == bindparam("wanted"))
_TOKEN = Statement(_found)
_LOCK_TOKEN = Statement(_found.with_for_update())
_ADD = Statement(insert(mail_tokens))
_SAVE = Statement(
    update(mail_tokens)
    .where(mail_tokens.c.token_hash == bindparam("of_token"))
    .values(tries=bindparam("tried"), used_at=bindparam("used"))
)
_END_OF = Statement(
    update(mail_tokens)
    .where(
        mail_tokens.c.account_id == bindparam("of_account"),
        mail_tokens.c.used_at.is_(None),
        or_(mail_tokens.c.purpose != Purpose.UNDO.value, mail_tokens.c.created_at > bindparam("undo_after")),
    )
    .values(used_at=bindparam("ended"))
)
_FORGET = Statement(
    delete(mail_tokens).where(
        mail_tokens.c.token_hash.in_(
            select(mail_tokens.c.token_hash)
            .where(mail_tokens.c.ends_at <= bindparam("ended_before"))
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True)
        )
    )
)


async def _nothing_offered(
    transaction: Transaction, account_id: AccountId, *, at: datetime
) -> Sequence[tuple[str, str]]:
    return ()


class StoredRecoveries:
    """Implements :class:`~mooring.server.identity.ports.recovery.Recoveries`."""

    def __init__(
        self,
        database: Database,
        secrets: Secrets,
        outbox: Outbox,
        withdraw: Withdrawal[Transaction] = _nothing_offered,
    ) -> None:
        """``withdraw`` ends what an account that is taken back offers to others."""
        self._withdraw = withdraw
        self._database = database
        self._secrets = secrets
        self._outbox = outbox

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[StoredRecoveryReader]:
        """Open a view of what is kept."""
        async with self._database.reading() as session:
            yield StoredRecoveryReader(session, self._secrets)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[StoredRecoveryWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        async with self._database.transaction() as transaction:
            yield StoredRecoveryWriter(transaction, self._secrets, self._outbox, self._withdraw)


class StoredRecoveryReader(StoredAccountReader):
    """Reads mail tokens, and accounts with them."""

    _finding = _TOKEN

    def __init__(self, session: Session, secrets: Secrets) -> None:
        super().__init__(session)
        self._secrets = secrets
        self._credentials = StoredCredentialReader(session, secrets)

    @property
    def credentials(self) -> StoredCredentialReader:
        """By what the owner of an account proves who they are."""
        return self._credentials

    async def account_at(self, email_key: str) -> Account | None:
        """Return the account whose address has this key, however its owner signs in."""
        row = await self._session.fetch_one(_ACCOUNT_AT, wanted=email_key)
        return None if row is None else account_of(row)

    async def mail_token(self, token_hash: bytes) -> MailToken | None:
        """Return the mail token, used and ended or not."""
        row = await self._session.fetch_one(self._finding, wanted=token_hash)
        return None if row is None else _token_of(row, self._secrets)


class StoredRecoveryWriter(StoredRecoveryReader, StoredAccountWriter):
    """Changes mail tokens, and everything that proving a mailbox may change, within one transaction."""

    _finding = _LOCK_TOKEN

    def __init__(
        self, transaction: Transaction, secrets: Secrets, outbox: Outbox, withdraw: Withdrawal[Transaction]
    ) -> None:
        StoredAccountWriter.__init__(self, transaction, outbox)
        self._secrets = secrets
        self._withdraw = withdraw
        self.identities = StoredIdentityWriter(transaction, outbox)
        self.authorizations = StoredAuthorizationWriter(transaction)
        self._changing = StoredCredentialWriter(transaction, secrets, outbox)

    @property
    def credentials(self) -> StoredCredentialWriter:
        """By what the owner of an account proves who they are, to be changed."""
        return self._changing

    async def withdraw_offers(self, account_id: AccountId, *, at: datetime) -> Sequence[tuple[str, str]]:
        """End what the account offers to others; see the port."""
        return await self._withdraw(self._transaction, account_id, at=at)

    async def add_mail_token(self, token: MailToken) -> None:
        """Keep a new mail token."""
        content = json.dumps(dict(token.values)).encode()
        await self._transaction.execute(
            _ADD,
            token_hash=token.token_hash,
            purpose=token.purpose.value,
            account_id=token.account_id,
            email=token.email.text,
            email_key=token.email.key,
            code_hash=token.code_hash,
            tries=token.tries,
            sealed_values=self._secrets.seal(content, _sealed_for(token.token_hash)),
            created_at=token.created_at,
            ends_at=token.ends_at,
            used_at=token.used_at,
        )

    async def save_mail_token(self, token: MailToken) -> None:
        """Keep how often it was tried, and when it was used."""
        await self._transaction.execute(
            _SAVE, of_token=token.token_hash, tried=token.tries, used=token.used_at
        )

    async def end_mail_tokens_of(
        self, account_id: AccountId, *, undo_after: datetime | None = None, at: datetime
    ) -> None:
        """Let open mail tokens of the account count as used; see the port."""
        await self._transaction.execute(_END_OF, of_account=account_id, undo_after=undo_after or at, ended=at)

    async def forget_mail_tokens(self, *, at: datetime, most: int) -> int:
        """Remove at most ``most`` mail tokens that have ended; return how many there were."""
        return await self._transaction.execute(_FORGET, ended_before=at, most=most)


def _sealed_for(token_hash: bytes) -> str:
    return f"mail-token/{token_hash.hex()}"


def _token_of(row: Row, secrets: Secrets) -> MailToken:
    return MailToken(
        token_hash=row.token_hash,
        purpose=Purpose(row.purpose),
        email=EmailAddress(row.email, row.email_key),
        account_id=None if row.account_id is None else AccountId(row.account_id),
        code_hash=row.code_hash,
        tries=row.tries,
        values=json.loads(secrets.unseal(row.sealed_values, _sealed_for(row.token_hash))),
        created_at=row.created_at,
        ends_at=row.ends_at,
        used_at=row.used_at,
    )

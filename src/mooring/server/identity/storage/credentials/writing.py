"""Writing by what the owner of an account proves who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import bindparam, delete, insert, update

from mooring.server.foundation.database.port import UniqueViolation
from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.domain.recovery.mail_token import Purpose
from mooring.server.identity.ports.credentials import PasskeyTaken
from mooring.server.identity.storage.accounts.reading import session_of
from mooring.server.identity.storage.accounts.writing import StoredAccountWriter
from mooring.server.identity.storage.credentials.reading import Finding, StoredCredentialReader, sealed_for
from mooring.server.identity.storage.tables import (
    authenticators,
    mail_tokens,
    passkeys,
    passwords,
    recovery_codes,
    sessions,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.foundation.database.port import Transaction
    from mooring.server.foundation.secrets import Secrets
    from mooring.server.identity.domain.credentials.authenticator import Authenticator
    from mooring.server.identity.domain.credentials.passkey import Passkey, PasskeyId
    from mooring.server.identity.domain.session import Session, SessionId
    from mooring.server.record.outbox.writing import Outbox

_ADD_PASSKEY = Statement(insert(passkeys))
_SAVE_PASSKEY = Statement(
    update(passkeys)
    .where(passkeys.c.id == bindparam("of_passkey"))
    .values(
        name=bindparam("new_name"),
        sign_count=bindparam("counted"),
        backed_up=bindparam("kept_elsewhere"),
        last_used_at=bindparam("used"),
    )
)
_REMOVE_PASSKEY = Statement(delete(passkeys).where(passkeys.c.id == bindparam("of_passkey")))
_ADD_AUTHENTICATOR = Statement(insert(authenticators))
_SAVE_AUTHENTICATOR = Statement(
    update(authenticators)
    .where(authenticators.c.account_id == bindparam("of_account"))
    .values(
        sealed_secret=bindparam("new_secret"),
        created_at=bindparam("made"),
        confirmed_at=bindparam("confirmed"),
        last_step=bindparam("taken"),
    )
)
_REMOVE_AUTHENTICATOR = Statement(
    delete(authenticators).where(authenticators.c.account_id == bindparam("of_account"))
)
_ADD_CODE = Statement(insert(recovery_codes))
_REMOVE_CODES = Statement(
    delete(recovery_codes).where(recovery_codes.c.account_id == bindparam("of_account"))
)
_USE_CODE = Statement(  # of two at the same moment the second waits, and then finds it used
    update(recovery_codes)
    .where(
        recovery_codes.c.code_hash == bindparam("wanted"),
        recovery_codes.c.account_id == bindparam("of_account"),
        recovery_codes.c.used_at.is_(None),
    )
    .values(used_at=bindparam("used"))
)
_REMOVE_PASSWORD = Statement(delete(passwords).where(passwords.c.account_id == bindparam("of_account")))
_REMOVE_SESSION = Statement(
    delete(sessions)
    .where(sessions.c.id == bindparam("of_session"), sessions.c.account_id == bindparam("of_account"))
    .returning(sessions)
)
_REMOVE_SESSIONS = Statement(
    delete(sessions)
    .where(sessions.c.account_id == bindparam("of_account"), sessions.c.id != bindparam("kept"))
    .returning(sessions)
)
_END_RESETS = Statement(
    update(mail_tokens)
    .where(
        mail_tokens.c.account_id == bindparam("of_account"),
        mail_tokens.c.purpose == Purpose.RESET.value,
        mail_tokens.c.used_at.is_(None),
    )
    .values(used_at=bindparam("ended"))
)
_LOCKING = Finding.that(lambda found: found.with_for_update(key_share=True))


class StoredCredentialWriter(StoredCredentialReader, StoredAccountWriter):
    """Changes credentials, and accounts with them, within one transaction."""

    _finding: ClassVar = _LOCKING

    def __init__(self, transaction: Transaction, secrets: Secrets, outbox: Outbox) -> None:
        StoredAccountWriter.__init__(self, transaction, outbox)
        self._secrets = secrets

    async def add_passkey(self, passkey: Passkey) -> None:
        """Keep a new passkey; see the port."""
        try:
            await self._transaction.execute(
                _ADD_PASSKEY,
                id=passkey.id,
                account_id=passkey.account_id,
                credential_id=passkey.credential_id,
                public_key=passkey.public_key,
                sign_count=passkey.sign_count,
                name=passkey.name,
                transports=list(passkey.transports),
                backed_up=passkey.backed_up,
                created_at=passkey.created_at,
                last_used_at=passkey.last_used_at,
            )
        except UniqueViolation:
            raise PasskeyTaken from None

    async def save_passkey(self, passkey: Passkey) -> None:
        """Keep its name, and how it was last used."""
        await self._transaction.execute(
            _SAVE_PASSKEY,
            of_passkey=passkey.id,
            new_name=passkey.name,
            counted=passkey.sign_count,
            kept_elsewhere=passkey.backed_up,
            used=passkey.last_used_at,
        )

    async def remove_passkey(self, passkey_id: PasskeyId) -> None:
        """Remove a passkey."""
        await self._transaction.execute(_REMOVE_PASSKEY, of_passkey=passkey_id)

    async def save_authenticator(self, authenticator: Authenticator) -> None:
        """Keep the account's authenticator, new or changed."""
        sealed = self._secrets.seal(authenticator.secret, sealed_for(authenticator.account_id))
        changed = await self._transaction.execute(
            _SAVE_AUTHENTICATOR,
            of_account=authenticator.account_id,
            new_secret=sealed,
            made=authenticator.created_at,
            confirmed=authenticator.confirmed_at,
            taken=authenticator.last_step,
        )
        if not changed:
            await self._transaction.execute(
                _ADD_AUTHENTICATOR,
                account_id=authenticator.account_id,
                sealed_secret=sealed,
                created_at=authenticator.created_at,
                confirmed_at=authenticator.confirmed_at,
                last_step=authenticator.last_step,
            )

    async def remove_authenticator(self, account_id: AccountId) -> None:
        """Remove the account's authenticator and its recovery codes."""
        await self._transaction.execute(_REMOVE_AUTHENTICATOR, of_account=account_id)
        await self._transaction.execute(_REMOVE_CODES, of_account=account_id)

    async def replace_recovery_codes(
        self, account_id: AccountId, code_hashes: Sequence[bytes], *, at: datetime
    ) -> None:
        """Let these be the account's recovery codes, and no others."""
        await self._transaction.execute(_REMOVE_CODES, of_account=account_id)
        for code_hash in code_hashes:
            await self._transaction.execute(
                _ADD_CODE, code_hash=code_hash, account_id=account_id, created_at=at, used_at=None
            )

    async def use_recovery_code(self, account_id: AccountId, code_hash: bytes, *, at: datetime) -> bool:
        """Use a recovery code up; tell whether it was the account's and unused."""
        used = await self._transaction.execute(_USE_CODE, wanted=code_hash, of_account=account_id, used=at)
        return used == 1

    async def end_resets_of(self, account_id: AccountId, *, at: datetime) -> None:
        """Let every open mail token that leads to another password of the account count as used."""
        await self._transaction.execute(_END_RESETS, of_account=account_id, ended=at)

    async def remove_password(self, account_id: AccountId) -> None:
        """Remove the account's password."""
        await self._transaction.execute(_REMOVE_PASSWORD, of_account=account_id)

    async def remove_session_of(self, account_id: AccountId, session_id: SessionId) -> Session | None:
        """Remove this session and return it, if it is the account's."""
        row = await self._transaction.fetch_one(_REMOVE_SESSION, of_session=session_id, of_account=account_id)
        return None if row is None else session_of(row)

    async def remove_sessions_of(
        self, account_id: AccountId, *, keep: SessionId | None = None
    ) -> Sequence[Session]:
        """Remove every session of the account but the one to ``keep``, and return them."""
        rows = await self._transaction.fetch(_REMOVE_SESSIONS, of_account=account_id, kept=keep or "")
        return [session_of(row) for row in rows]

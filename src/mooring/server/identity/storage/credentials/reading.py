"""Reading by what the owner of an account proves who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from sqlalchemy import Select, bindparam, func, select

from mooring.core.identifiers import AccountId
from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.domain.credentials.authenticator import Authenticator
from mooring.server.identity.domain.credentials.passkey import Passkey, PasskeyId
from mooring.server.identity.ports.credentials import KeptPassword
from mooring.server.identity.storage.accounts.reading import StoredAccountReader, session_of
from mooring.server.identity.storage.tables import (
    authenticators,
    passkeys,
    passwords,
    recovery_codes,
    sessions,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mooring.server.foundation.database.port import Row
    from mooring.server.foundation.database.port import Session as DatabaseSession
    from mooring.server.foundation.secrets import Secrets
    from mooring.server.identity.domain.session import Session

_PASSWORD = Statement(select(passwords).where(passwords.c.account_id == bindparam("of_account")))
_PASSKEYS_OF = Statement(
    select(passkeys).where(passkeys.c.account_id == bindparam("of_account")).order_by(passkeys.c.id)
)
_CODES_LEFT = Statement(
    select(func.count().label("number"))
    .select_from(recovery_codes)
    .where(recovery_codes.c.account_id == bindparam("of_account"), recovery_codes.c.used_at.is_(None))
)
_SESSIONS_OF = Statement(
    select(sessions)
    .where(sessions.c.account_id == bindparam("of_account"))
    .order_by(sessions.c.last_seen_at.desc(), sessions.c.id.desc())
)


class Finding(NamedTuple):
    """The ways to find what a proof is judged by."""

    passkey: Statement
    authenticator: Statement

    @classmethod
    def that(cls, seen: Callable[[Select[Any]], Select[Any]]) -> Self:
        """Return the ways to find things, each seen by ``seen``."""
        return cls(
            passkey=Statement(seen(select(passkeys).where(passkeys.c.credential_id == bindparam("wanted")))),
            authenticator=Statement(
                seen(select(authenticators).where(authenticators.c.account_id == bindparam("of_account")))
            ),
        )


_LOOKING = Finding.that(lambda found: found)


class StoredCredentialReader(StoredAccountReader):
    """Reads credentials, and accounts with them."""

    _finding: ClassVar = _LOOKING

    def __init__(self, session: DatabaseSession, secrets: Secrets) -> None:
        super().__init__(session)
        self._secrets = secrets

    async def password_of(self, account_id: AccountId) -> KeptPassword | None:
        """Return the account's password; none where its owner signs in another way."""
        row = await self._session.fetch_one(_PASSWORD, of_account=account_id)
        return None if row is None else KeptPassword(row.hash, row.changed_at)

    async def passkey(self, credential_id: bytes) -> Passkey | None:
        """Return the passkey that devices know by ``credential_id``."""
        row = await self._session.fetch_one(self._finding.passkey, wanted=credential_id)
        return None if row is None else _passkey_of(row)

    async def passkeys_of(self, account_id: AccountId) -> Sequence[Passkey]:
        """Return the account's passkeys, the one that was added first first."""
        return [_passkey_of(row) for row in await self._session.fetch(_PASSKEYS_OF, of_account=account_id)]

    async def authenticator(self, account_id: AccountId) -> Authenticator | None:
        """Return the account's authenticator, confirmed or not."""
        row = await self._session.fetch_one(self._finding.authenticator, of_account=account_id)
        if row is None:
            return None
        return Authenticator(
            account_id=AccountId(row.account_id),
            secret=self._secrets.unseal(row.sealed_secret, sealed_for(row.account_id)),
            created_at=row.created_at,
            confirmed_at=row.confirmed_at,
            last_step=row.last_step,
        )

    async def recovery_codes_left(self, account_id: AccountId) -> int:
        """Return how many of the account's recovery codes were not used."""
        row = await self._session.fetch_one(_CODES_LEFT, of_account=account_id)
        assert row is not None  # noqa: S101 (a count)
        return int(row.number)

    async def sessions_of(self, account_id: AccountId) -> Sequence[Session]:
        """Return the account's sessions, last used first; some may have ended."""
        return [session_of(row) for row in await self._session.fetch(_SESSIONS_OF, of_account=account_id)]


def sealed_for(account_id: str) -> str:
    """Return the purpose that the secret of this account's authenticator is sealed for."""
    return f"authenticator/{account_id}"


def _passkey_of(row: Row) -> Passkey:
    return Passkey(
        id=PasskeyId(row.id),
        account_id=AccountId(row.account_id),
        credential_id=row.credential_id,
        public_key=row.public_key,
        sign_count=row.sign_count,
        name=row.name,
        transports=tuple(row.transports),
        backed_up=row.backed_up,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
    )

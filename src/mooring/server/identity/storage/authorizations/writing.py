"""Writing authorizations."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import Table, and_, bindparam, delete, insert, or_, select, update

from mooring.server.foundation.database.port import UniqueViolation
from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.domain.authorization import authorization_code, device_authorization
from mooring.server.identity.domain.authorization.device_authorization import DeviceState
from mooring.server.identity.domain.authorization.tokens import ACCESS_LASTS, FORGIVEN, REFRESH_LASTS
from mooring.server.identity.ports.accounts import NO_DETAIL
from mooring.server.identity.ports.authorizations import UserCodeTaken
from mooring.server.identity.storage.accounts.writing import has_session, record
from mooring.server.identity.storage.authorizations.reading import Finding, StoredAuthorizationReader
from mooring.server.identity.storage.tables import (
    access_tokens,
    authorization_codes,
    device_authorizations,
    grants,
    refresh_tokens,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from mooring.core.identifiers import AccountId
    from mooring.server.foundation.database.port import Transaction
    from mooring.server.identity.domain.authorization.asking import Asking
    from mooring.server.identity.domain.authorization.authorization_code import AuthorizationCode
    from mooring.server.identity.domain.authorization.device_authorization import DeviceAuthorization
    from mooring.server.identity.domain.authorization.grant import Grant
    from mooring.server.identity.domain.authorization.tokens import AccessToken, RefreshToken
    from mooring.server.identity.domain.session import SessionId

CODES_KEPT = timedelta(days=1)
"""For so long after its end a code is still known: a late poll is told why, a late replay is punished."""
USED_REFRESH_KEPT = timedelta(days=30)
"""For so long a refresh token that was used is still known, so that a thief who shows it is noticed."""

_ADD_DEVICE = Statement(insert(device_authorizations))
_SAVE_DEVICE = Statement(
    update(device_authorizations)
    .where(device_authorizations.c.device_code_hash == bindparam("of_code"))
    .values(
        interval=bindparam("new_interval"),
        last_polled_at=bindparam("polled"),
        state=bindparam("new_state"),
        account_id=bindparam("decider"),
        identity_id=bindparam("decided_by"),
    )
)
_ADD_CODE = Statement(insert(authorization_codes))
_SAVE_CODE = Statement(
    update(authorization_codes)
    .where(authorization_codes.c.code_hash == bindparam("of_code"))
    .values(grant_id=bindparam("redeemed_for"))
)
_LOCK_APPROVED = Statement(
    select(device_authorizations.c.device_code_hash)
    .where(
        device_authorizations.c.created_at > bindparam("since"),  # few, and by an index
        device_authorizations.c.account_id == bindparam("of_account"),
        device_authorizations.c.state == DeviceState.APPROVED.value,
    )
    .order_by(device_authorizations.c.device_code_hash)
    .with_for_update(key_share=True)
)
_DENY_DEVICE = Statement(
    update(device_authorizations)
    .where(device_authorizations.c.device_code_hash == bindparam("of_code"))
    .values(state=DeviceState.DENIED.value)
)
_LOCK_UNUSED = Statement(
    select(authorization_codes.c.code_hash)
    .where(
        authorization_codes.c.created_at > bindparam("since"),
        authorization_codes.c.account_id == bindparam("of_account"),
        authorization_codes.c.grant_id.is_(None),
    )
    .order_by(authorization_codes.c.code_hash)
    .with_for_update()
)
_REMOVE_CODE = Statement(
    delete(authorization_codes).where(authorization_codes.c.code_hash == bindparam("of_code"))
)
_ADD_GRANT = Statement(insert(grants))
_SAVE_GRANT = Statement(
    update(grants)
    .where(grants.c.id == bindparam("of_grant"))
    .values(last_used_at=bindparam("used"), ended_at=bindparam("ended"), end_reason=bindparam("reason"))
)
_ADD_ACCESS = Statement(insert(access_tokens))
_ADD_REFRESH = Statement(insert(refresh_tokens))
_SAVE_REFRESH = Statement(
    update(refresh_tokens)
    .where(refresh_tokens.c.token_hash == bindparam("of_token"))
    .values(
        used_at=bindparam("used"),
        successor_hash=bindparam("new_successor"),
        sealed_successor=bindparam("new_sealed"),
    )
)
_FORGET_SEALED = Statement(
    update(refresh_tokens)
    .where(refresh_tokens.c.successor_hash == bindparam("used_successor"))
    .values(sealed_successor=None)
)
_of_late = (
    select(refresh_tokens.c.token_hash)
    .where(refresh_tokens.c.sealed_successor.is_not(None), refresh_tokens.c.used_at < bindparam("before"))
    .with_for_update(skip_locked=True)
)
_FORGET_SEALED_OF_LATE = Statement(
    update(refresh_tokens).where(refresh_tokens.c.token_hash.in_(_of_late)).values(sealed_successor=None)
)


def _forgetting(table: Table, ended: ColumnElement[bool]) -> Statement:
    """Return the statement that removes at most ``most`` of the rows that have ``ended``."""
    (key,) = table.primary_key.columns
    going = select(key).where(ended).limit(bindparam("most"))
    # What somebody has in hand goes next time: nobody waits for the broom, nor it for anybody.
    return Statement(delete(table).where(key.in_(going.with_for_update(skip_locked=True))))


_FORGET_DEVICES = _forgetting(
    device_authorizations, device_authorizations.c.created_at <= bindparam("devices_before")
)
_FORGET_CODES = _forgetting(
    authorization_codes, authorization_codes.c.created_at <= bindparam("codes_before")
)
_FORGET_ACCESS = _forgetting(access_tokens, access_tokens.c.issued_at <= bindparam("access_before"))
_FORGET_REFRESH = _forgetting(
    refresh_tokens,
    or_(
        refresh_tokens.c.used_at <= bindparam("used_before"),
        and_(refresh_tokens.c.used_at.is_(None), refresh_tokens.c.issued_at <= bindparam("refresh_before")),
    ),
)


_LOCKING = Finding.that(lambda found, changed: found.with_for_update(of=changed, key_share=True))


class StoredAuthorizationWriter(StoredAuthorizationReader):
    """Changes what devices may do, within one transaction. What it finds it locks: a code, a grant, a token.

    So what is good once is given once, whoever asks at the same moment. A grant is locked before its tokens.
    """

    _finding: ClassVar = _LOCKING

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self._transaction = transaction

    async def has_session(self, session_id: SessionId) -> bool:
        """Tell whether the session has not been ended; see the port."""
        return await has_session(self._transaction, session_id)

    async def add_device_authorization(self, authorization: DeviceAuthorization) -> None:
        """Keep a new device authorization; see the port."""
        try:
            await self._transaction.execute(
                _ADD_DEVICE,
                device_code_hash=authorization.device_code_hash,
                user_code_hash=authorization.user_code_hash,
                client_id=authorization.client_id,
                jkt=authorization.jkt,
                scope=authorization.scope,
                network=authorization.network,
                created_at=authorization.created_at,
                interval=authorization.interval,
                last_polled_at=authorization.last_polled_at,
                state=authorization.state.value,
                account_id=authorization.account_id,
                identity_id=authorization.identity_id,
                **_columns_of(authorization.asking),
            )
        except UniqueViolation:
            raise UserCodeTaken from None

    async def save_device_authorization(self, authorization: DeviceAuthorization) -> None:
        """Keep what became of a device authorization."""
        await self._transaction.execute(
            _SAVE_DEVICE,
            of_code=authorization.device_code_hash,
            new_interval=authorization.interval,
            polled=authorization.last_polled_at,
            new_state=authorization.state.value,
            decider=authorization.account_id,
            decided_by=authorization.identity_id,
        )

    async def add_authorization_code(self, code: AuthorizationCode) -> None:
        """Keep a new authorization code."""
        await self._transaction.execute(
            _ADD_CODE,
            code_hash=code.code_hash,
            account_id=code.account_id,
            client_id=code.client_id,
            redirect_uri=code.redirect_uri,
            challenge=code.challenge,
            dpop_jkt=code.dpop_jkt,
            scope=code.scope,
            created_at=code.created_at,
            grant_id=code.grant_id,
            identity_id=code.identity_id,
            **_columns_of(code.asking),
        )

    async def save_authorization_code(self, code: AuthorizationCode) -> None:
        """Keep what became of an authorization code."""
        await self._transaction.execute(_SAVE_CODE, of_code=code.code_hash, redeemed_for=code.grant_id)

    async def take_back_from(self, account_id: AccountId, *, at: datetime) -> None:
        """Deny the devices that the account approved, and remove its unused codes; see the port."""
        since = at - CODES_KEPT  # older ones have expired
        for row in await self._transaction.fetch(_LOCK_APPROVED, of_account=account_id, since=since):
            await self._transaction.execute(_DENY_DEVICE, of_code=row.device_code_hash)
        for row in await self._transaction.fetch(_LOCK_UNUSED, of_account=account_id, since=since):
            await self._transaction.execute(_REMOVE_CODE, of_code=row.code_hash)

    async def add_grant(self, grant: Grant) -> None:
        """Keep a new grant."""
        await self._transaction.execute(
            _ADD_GRANT,
            id=grant.id,
            account_id=grant.account_id,
            client_id=grant.client_id,
            jkt=grant.jkt,
            scope=grant.scope,
            created_at=grant.created_at,
            last_used_at=grant.last_used_at,
            ended_at=grant.ended_at,
            end_reason=None if grant.end_reason is None else grant.end_reason.value,
            identity_id=grant.identity_id,
            **_columns_of(grant.asking),
        )

    async def save_grant(self, grant: Grant) -> None:
        """Keep when a grant was last used, and its end."""
        await self._transaction.execute(
            _SAVE_GRANT,
            of_grant=grant.id,
            used=grant.last_used_at,
            ended=grant.ended_at,
            reason=None if grant.end_reason is None else grant.end_reason.value,
        )

    async def add_access_token(self, token: AccessToken) -> None:
        """Keep a new access token."""
        await self._transaction.execute(
            _ADD_ACCESS, token_hash=token.token_hash, grant_id=token.grant_id, issued_at=token.issued_at
        )

    async def add_refresh_token(self, token: RefreshToken) -> None:
        """Keep a new refresh token."""
        await self._transaction.execute(
            _ADD_REFRESH,
            token_hash=token.token_hash,
            grant_id=token.grant_id,
            issued_at=token.issued_at,
            used_at=token.used_at,
            successor_hash=token.successor_hash,
            sealed_successor=token.sealed_successor,
        )

    async def save_refresh_token(self, token: RefreshToken) -> None:
        """Keep what became of a refresh token."""
        await self._transaction.execute(
            _SAVE_REFRESH,
            of_token=token.token_hash,
            used=token.used_at,
            new_successor=token.successor_hash,
            new_sealed=token.sealed_successor,
        )

    async def forget_sealed_copies_of(self, successor_hash: bytes) -> None:
        """Remove the sealed copy of a successor that was used; see the port."""
        await self._transaction.execute(_FORGET_SEALED, used_successor=successor_hash)

    async def forget_ended(self, *, at: datetime, most: int) -> int:
        """Remove what nobody can use any more; see the port."""
        run = self._transaction.execute
        await run(_FORGET_SEALED_OF_LATE, before=at - FORGIVEN)
        devices_before = at - device_authorization.LASTS - CODES_KEPT
        codes_before = at - authorization_code.LASTS - CODES_KEPT
        return (
            await run(_FORGET_DEVICES, devices_before=devices_before, most=most)
            + await run(_FORGET_CODES, codes_before=codes_before, most=most)
            + await run(_FORGET_ACCESS, access_before=at - ACCESS_LASTS, most=most)
            + await run(
                _FORGET_REFRESH,
                used_before=at - USED_REFRESH_KEPT,
                refresh_before=at - REFRESH_LASTS,
                most=most,
            )
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


def _columns_of(asking: Asking) -> dict[str, str | None]:
    return {"product": asking.product, "device_name": asking.device_name, "action": asking.action.value}

"""Reading authorizations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from sqlalchemy import Select, Table, bindparam, select

from mooring.core.identifiers import AccountId
from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.domain.authorization.asking import Action, Asking
from mooring.server.identity.domain.authorization.authorization_code import AuthorizationCode
from mooring.server.identity.domain.authorization.device_authorization import (
    DeviceAuthorization,
    DeviceState,
)
from mooring.server.identity.domain.authorization.grant import EndReason, Grant, GrantId
from mooring.server.identity.domain.authorization.tokens import AccessToken, RefreshToken
from mooring.server.identity.domain.federation.identity import IdentityId
from mooring.server.identity.ports.authorizations import HeldAccess, HeldRefresh
from mooring.server.identity.storage.accounts import StoredAccountReader
from mooring.server.identity.storage.accounts.shown import ACCOUNT_COLUMNS, account_of, with_shown_identity
from mooring.server.identity.storage.tables import (
    access_tokens,
    accounts,
    authorization_codes,
    device_authorizations,
    grants,
    refresh_tokens,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement

    from mooring.server.foundation.database.port import Row, Session
    from mooring.server.identity.domain.account import Account


def _held(tokens: Table) -> Select[Any]:
    """Return the select of a token with its grant and whom it acts for; the grant has its account's id."""
    of_account = [column for column in ACCOUNT_COLUMNS if column.key != "account_id"]
    return (
        select(grants, *of_account, *[column for column in tokens.c if column.key != "grant_id"])
        .select_from(
            with_shown_identity(
                tokens.join(grants, grants.c.id == tokens.c.grant_id).join(
                    accounts, accounts.c.id == grants.c.account_id
                ),
                grants.c.identity_id,
            )
        )
        .where(tokens.c.token_hash == bindparam("wanted"))
    )


_GRANTS_OF = Statement(
    select(grants)
    .where(grants.c.account_id == bindparam("of_account"), grants.c.ended_at.is_(None))
    .order_by(grants.c.last_used_at.desc(), grants.c.id.desc())
)


class Finding(NamedTuple):
    """The ways to find what devices hold."""

    device_authorization: Statement
    shown: Statement
    code: Statement
    grant: Statement
    access: Statement
    refresh: Statement

    @classmethod
    def that(cls, seen: Callable[[Select[Any], tuple[Table, ...]], Select[Any]]) -> Self:
        """Return the ways to find things, each seen by ``seen``, which is told whose rows may be changed."""

        def one(table: Table, key: ColumnElement[Any]) -> Statement:
            return Statement(seen(select(table).where(key == bindparam("wanted")), (table,)))

        return cls(
            device_authorization=one(device_authorizations, device_authorizations.c.device_code_hash),
            shown=one(device_authorizations, device_authorizations.c.user_code_hash),
            code=one(authorization_codes, authorization_codes.c.code_hash),
            grant=one(grants, grants.c.id),
            access=Statement(seen(_held(access_tokens), (grants,))),
            refresh=Statement(seen(_held(refresh_tokens), (grants, refresh_tokens))),
        )


_LOOKING = Finding.that(lambda found, _: found)


class StoredAuthorizationReader:
    """Reads."""

    _finding: ClassVar = _LOOKING

    def __init__(self, session: Session) -> None:
        self._session = session

    async def account(
        self, account_id: AccountId, *, signed_in_by: IdentityId | None = None
    ) -> Account | None:
        """Return the account with this identifier, as it is when somebody signed in by this identity."""
        return await StoredAccountReader(self._session).account(account_id, signed_in_by=signed_in_by)

    async def device_authorization(self, device_code_hash: bytes) -> DeviceAuthorization | None:
        """Return the device authorization with this device code."""
        row = await self._session.fetch_one(self._finding.device_authorization, wanted=device_code_hash)
        return None if row is None else _device_authorization_of(row)

    async def device_authorization_shown(self, user_code_hash: bytes) -> DeviceAuthorization | None:
        """Return the device authorization with this user code."""
        row = await self._session.fetch_one(self._finding.shown, wanted=user_code_hash)
        return None if row is None else _device_authorization_of(row)

    async def authorization_code(self, code_hash: bytes) -> AuthorizationCode | None:
        """Return the authorization code."""
        row = await self._session.fetch_one(self._finding.code, wanted=code_hash)
        return None if row is None else _code_of(row)

    async def grant(self, grant_id: GrantId) -> Grant | None:
        """Return the grant with this identifier, ended or not."""
        row = await self._session.fetch_one(self._finding.grant, wanted=grant_id)
        return None if row is None else _grant_of(row)

    async def grants_of(self, account_id: AccountId) -> Sequence[Grant]:
        """Return the account's grants that have not ended, last used first."""
        return [_grant_of(row) for row in await self._session.fetch(_GRANTS_OF, of_account=account_id)]

    async def access_token(self, token_hash: bytes) -> HeldAccess | None:
        """Return the access token and whom it acts for."""
        row = await self._session.fetch_one(self._finding.access, wanted=token_hash)
        if row is None:
            return None
        grant = _grant_of(row)
        return HeldAccess(AccessToken(row.token_hash, grant.id, row.issued_at), grant, account_of(row))

    async def refresh_token(self, token_hash: bytes) -> HeldRefresh | None:
        """Return the refresh token, used or not, and whom it acts for."""
        row = await self._session.fetch_one(self._finding.refresh, wanted=token_hash)
        if row is None:
            return None
        grant = _grant_of(row)
        token = RefreshToken(
            token_hash=row.token_hash,
            grant_id=grant.id,
            issued_at=row.issued_at,
            used_at=row.used_at,
            successor_hash=row.successor_hash,
            sealed_successor=row.sealed_successor,
        )
        return HeldRefresh(token, grant, account_of(row))


def _asking_of(row: Row) -> Asking:
    return Asking(row.product, row.device_name, Action(row.action))


def _identity_id_of(row: Row) -> IdentityId | None:
    return None if row.identity_id is None else IdentityId(row.identity_id)


def _grant_of(row: Row) -> Grant:
    return Grant(
        id=GrantId(row.id),
        account_id=AccountId(row.account_id),
        client_id=row.client_id,
        jkt=row.jkt,
        scope=row.scope,
        asking=_asking_of(row),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        ended_at=row.ended_at,
        end_reason=None if row.end_reason is None else EndReason(row.end_reason),
        identity_id=_identity_id_of(row),
    )


def _device_authorization_of(row: Row) -> DeviceAuthorization:
    return DeviceAuthorization(
        device_code_hash=row.device_code_hash,
        user_code_hash=row.user_code_hash,
        client_id=row.client_id,
        scope=row.scope,
        jkt=row.jkt,
        asking=_asking_of(row),
        network=row.network,
        created_at=row.created_at,
        interval=row.interval,
        last_polled_at=row.last_polled_at,
        state=DeviceState(row.state),
        account_id=None if row.account_id is None else AccountId(row.account_id),
        identity_id=_identity_id_of(row),
    )


def _code_of(row: Row) -> AuthorizationCode:
    return AuthorizationCode(
        code_hash=row.code_hash,
        account_id=AccountId(row.account_id),
        client_id=row.client_id,
        redirect_uri=row.redirect_uri,
        challenge=row.challenge,
        dpop_jkt=row.dpop_jkt,
        scope=row.scope,
        asking=_asking_of(row),
        created_at=row.created_at,
        grant_id=None if row.grant_id is None else GrantId(row.grant_id),
        identity_id=_identity_id_of(row),
    )

"""Giving a device its tokens, first and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.authorization.grant import EndReason, Grant, begin_grant
from mooring.server.identity.domain.authorization.oauth_error import OAuthError
from mooring.server.identity.domain.authorization.tokens import ACCESS_LASTS, AccessToken, RefreshToken
from mooring.server.identity.domain.secret_tokens import TokenKind, new_token
from mooring.server.identity.use_cases.authorization.messages import Granted

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.authorization.asking import Asking
    from mooring.server.identity.domain.federation.identity import IdentityId
    from mooring.server.identity.ports.authorizations import AuthorizationWriter
    from mooring.server.identity.ports.token_secrets import TokenSecrets


async def let_in(
    writer: AuthorizationWriter,
    secrets: TokenSecrets,
    account_id: AccountId,
    *,
    client_id: str,
    jkt: str,
    scope: str,
    asking: Asking,
    identity_id: IdentityId | None,
    at: datetime,
) -> Granted:
    """Begin a grant for the device with the key ``jkt``, and return its first tokens.

    Raises:
        OAuthError: ``invalid_grant``: the account is no more.
    """
    account = await writer.account(account_id, signed_in_by=identity_id)
    if account is None:
        raise OAuthError("invalid_grant", "the account is no more")
    grant = begin_grant(
        account_id,
        client_id=client_id,
        jkt=jkt,
        scope=scope,
        asking=asking,
        identity_id=identity_id,
        at=at,
    )
    await writer.add_grant(grant)
    refresh_token = new_token()
    token_hash = secrets.hash(refresh_token, TokenKind.REFRESH)
    await writer.add_refresh_token(RefreshToken(token_hash=token_hash, grant_id=grant.id, issued_at=at))
    await writer.record("device.signed_in", subjects=subjects_of(grant), at=at)
    return await with_access(writer, secrets, grant, account, refresh_token, at=at)


async def with_access(
    writer: AuthorizationWriter,
    secrets: TokenSecrets,
    grant: Grant,
    account: Account,
    refresh_token: str,
    *,
    at: datetime,
) -> Granted:
    """Return ``refresh_token`` together with a fresh access token of ``grant``."""
    access_token = new_token()
    hashed = secrets.hash(access_token, TokenKind.ACCESS)
    await writer.add_access_token(AccessToken(hashed, grant.id, at))
    return Granted(
        access_token=access_token,
        refresh_token=refresh_token,
        expires_in=int(ACCESS_LASTS.total_seconds()),
        scope=grant.scope,
        grant_id=grant.id,
        account=account,
    )


async def end_grant(writer: AuthorizationWriter, grant: Grant, reason: EndReason, *, at: datetime) -> None:
    """End ``grant``, and with it every token of it; nothing happens where it has ended."""
    if grant.is_live:
        await writer.save_grant(grant.ended(reason, at=at))
        await writer.record(
            "device.signed_out", subjects=subjects_of(grant), at=at, detail={"reason": reason.value}
        )


def subjects_of(grant: Grant) -> dict[str, str]:
    """Return whom an event of ``grant`` concerns."""
    return {"account": grant.account_id, "grant": grant.id}

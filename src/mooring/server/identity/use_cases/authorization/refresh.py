"""Refresh: a device exchanges its refresh token for the next one and a fresh access token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.authorization.clients import check_client
from mooring.server.identity.domain.authorization.grant import EndReason
from mooring.server.identity.domain.authorization.oauth_error import OAuthError
from mooring.server.identity.domain.authorization.tokens import RefreshAnswer, RefreshToken
from mooring.server.identity.domain.secret_tokens import TokenKind, new_token
from mooring.server.identity.use_cases.authorization.give_tokens import end_grant, with_access

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.ports.authorizations import (
        Authorizations,
        AuthorizationWriter,
        HeldRefresh,
    )
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.authorization.messages import Granted


class Refresh:
    """Rotates refresh tokens.

    A lost answer is forgiven: the same key, within 60 seconds, the successor unused. Any other reuse means
    that two hold what one was given, and nobody can tell who is the thief: the whole grant ends (RFC 9700,
    4.14.2). Whoever has not even the device's key changes nothing.
    """

    def __init__(self, authorizations: Authorizations, secrets: TokenSecrets) -> None:
        self._authorizations = authorizations
        self._secrets = secrets

    async def __call__(self, refresh_token: str, *, client_id: str | None, jkt: str, at: datetime) -> Granted:
        """Return the next tokens of the device that holds ``refresh_token`` and its key.

        Raises:
            OAuthError: ``invalid_grant`` or ``invalid_client``.
        """
        check_client(client_id)
        hashed = self._secrets.hash(refresh_token, TokenKind.REFRESH)
        async with self._authorizations.changing() as writer:
            held = await writer.refresh_token(hashed)
            if held is None or held.grant.jkt != jkt or not held.grant.is_live:
                raise _refused()
            answer = held.token.presented(at=at)
            if answer == RefreshAnswer.ROTATE:
                return await self._rotated(writer, held, at=at)
            if answer == RefreshAnswer.REPEAT and held.token.sealed_successor is not None:
                successor = self._secrets.unseal(held.token.sealed_successor)
                return await with_access(writer, self._secrets, held.grant, held.account, successor, at=at)
            if answer == RefreshAnswer.REUSED:
                await end_grant(writer, held.grant, EndReason.REFRESH_TOKEN_REUSED, at=at)
        raise _refused()  # after the commit: the grant must end although the answer is an error

    async def _rotated(self, writer: AuthorizationWriter, held: HeldRefresh, *, at: datetime) -> Granted:
        successor = new_token()
        successor_hash = self._secrets.hash(successor, TokenKind.REFRESH)
        await writer.add_refresh_token(
            RefreshToken(token_hash=successor_hash, grant_id=held.grant.id, issued_at=at)
        )
        await writer.save_refresh_token(
            held.token.used(
                successor_hash=successor_hash, sealed_successor=self._secrets.seal(successor), at=at
            )
        )
        await writer.forget_sealed_copies_of(held.token.token_hash)  # its parent is no lost answer any more
        grant = held.grant.used(at=at)
        await writer.save_grant(grant)
        return await with_access(writer, self._secrets, grant, held.account, successor, at=at)


def _refused() -> OAuthError:
    return OAuthError("invalid_grant", "the refresh token is unknown, ended, expired, or another key's")

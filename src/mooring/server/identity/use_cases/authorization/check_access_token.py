"""Check an access token: for which account does this request act?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import SignInRequired
from mooring.server.identity.domain.secret_tokens import LONGEST, TokenKind
from mooring.server.identity.use_cases.authorization.messages import Caller

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.ports.authorizations import Authorizations
    from mooring.server.identity.ports.token_secrets import TokenSecrets


class CheckAccessToken:
    """Checks access tokens: one read."""

    def __init__(self, authorizations: Authorizations, secrets: TokenSecrets) -> None:
        self._authorizations = authorizations
        self._secrets = secrets

    async def __call__(self, token: str, jkt: str, *, at: datetime) -> Caller:
        """Return whom a request with ``token`` acts for, whose proof was made with the key ``jkt``.

        Raises:
            SignInRequired: The token is unknown, expired, ended, or another key's.
        """
        if len(token) > LONGEST:
            raise SignInRequired
        async with self._authorizations.reading() as reader:
            held = await reader.access_token(self._secrets.hash(token, TokenKind.ACCESS))
        if held is None or held.grant.jkt != jkt or not held.grant.is_live or at >= held.token.expires_at:
            raise SignInRequired
        return Caller(
            account_id=held.account.id,
            grant_id=held.grant.id,
            signed_in_at=held.grant.created_at,
            masked=held.account.masked,
            provider=held.account.provider,
            scope=held.grant.scope,
        )

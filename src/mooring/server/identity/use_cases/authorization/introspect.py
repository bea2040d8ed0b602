"""Introspect: what a token stands for, told to who runs the server (RFC 7662)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.secret_tokens import TokenKind
from mooring.server.identity.ports.authorizations import HeldAccess
from mooring.server.identity.use_cases.authorization.messages import Introspection

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.ports.authorizations import Authorizations
    from mooring.server.identity.ports.token_secrets import TokenSecrets


class Introspect:
    """Tells what tokens stand for. It does not ask who wants to know: the door does."""

    def __init__(self, authorizations: Authorizations, secrets: TokenSecrets) -> None:
        self._authorizations = authorizations
        self._secrets = secrets

    async def __call__(self, token: str, *, at: datetime) -> Introspection | None:
        """Return what ``token`` stands for; None, whatever the reason, if it is not good at ``at``."""
        async with self._authorizations.reading() as reader:
            held = await reader.access_token(
                self._secrets.hash(token, TokenKind.ACCESS)
            ) or await reader.refresh_token(self._secrets.hash(token, TokenKind.REFRESH))
        if held is None or not held.grant.is_live or at >= held.token.expires_at:
            return None
        is_access = isinstance(held, HeldAccess)
        if not isinstance(held, HeldAccess) and held.token.used_at is not None:
            return None
        return Introspection(
            kind="access_token" if is_access else "refresh_token",
            scope=held.grant.scope,
            client_id=held.grant.client_id,
            account_id=held.grant.account_id,
            grant_id=held.grant.id,
            jkt=held.grant.jkt,
            issued_at=held.token.issued_at,
            expires_at=held.token.expires_at,
        )

"""Revoke: a device signs out (RFC 7009)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.authorization.clients import check_client
from mooring.server.identity.domain.authorization.grant import EndReason
from mooring.server.identity.domain.secret_tokens import TokenKind
from mooring.server.identity.use_cases.authorization.give_tokens import end_grant

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.ports.authorizations import Authorizations
    from mooring.server.identity.ports.token_secrets import TokenSecrets


class Revoke:
    """Ends the whole grant of a token, whichever of its tokens is shown (RFC 7009, 2.1).

    No key is asked for: whoever can show the token may make it worthless.
    """

    def __init__(self, authorizations: Authorizations, secrets: TokenSecrets) -> None:
        self._authorizations = authorizations
        self._secrets = secrets

    async def __call__(self, token: str, *, client_id: str | None, at: datetime) -> None:
        """Make ``token`` worth nothing; one that already is, or never was good, is no error.

        Raises:
            OAuthError: ``invalid_client``.
        """
        check_client(client_id)
        async with self._authorizations.changing() as writer:
            held = await writer.refresh_token(
                self._secrets.hash(token, TokenKind.REFRESH)
            ) or await writer.access_token(self._secrets.hash(token, TokenKind.ACCESS))
            if held is not None:
                await end_grant(writer, held.grant, EndReason.SIGNED_OUT, at=at)

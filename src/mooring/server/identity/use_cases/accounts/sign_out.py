"""Sign out: end the session of a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.secret_tokens import TokenKind

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.ports.accounts import Accounts
    from mooring.server.identity.ports.token_secrets import TokenSecrets


class SignOut:
    """Ends a session. Doing it again changes nothing."""

    def __init__(self, accounts: Accounts, secrets: TokenSecrets) -> None:
        self._accounts = accounts
        self._secrets = secrets

    async def __call__(self, token: str, *, at: datetime) -> None:
        """Make ``token`` worth nothing."""
        async with self._accounts.changing() as writer:
            session = await writer.remove_session(self._secrets.hash(token, TokenKind.SESSION))
            if session is not None:
                subjects = {"account": session.account_id, "session": session.id}
                await writer.record("account.signed_out", subjects=subjects, at=at)

"""Find a session: who is signed in in this browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.secret_tokens import LONGEST, TokenKind
from mooring.server.identity.ports.accounts import SignedIn

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.ports.accounts import Accounts
    from mooring.server.identity.ports.token_secrets import TokenSecrets


class FindSession:
    """Finds sessions by their token, and keeps the ones that are used alive."""

    def __init__(self, accounts: Accounts, secrets: TokenSecrets) -> None:
        self._accounts = accounts
        self._secrets = secrets

    async def __call__(self, token: str | None, *, at: datetime) -> SignedIn | None:
        """Return who is signed in with ``token`` at ``at``; None if nobody is.

        ``.session.is_fresh(at=at)`` tells whether the password was typed just now.
        """
        if not token or len(token) > LONGEST:
            return None
        token_hash = self._secrets.hash(token, TokenKind.SESSION)
        async with self._accounts.reading() as reader:
            found = await reader.session(token_hash)
        if found is None or not found.session.is_live(at=at):
            return None
        seen = found.session.seen(at=at)
        if seen is not found.session:
            async with self._accounts.changing() as writer:
                await writer.save_session(seen)
        return SignedIn(seen, found.account)

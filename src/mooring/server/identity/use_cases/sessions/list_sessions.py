"""List sessions: the browsers in which somebody is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.session import Session
    from mooring.server.identity.ports.credentials import Credentials


class ListSessions:
    """Lists signed-in browsers."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    async def __call__(self, account_id: AccountId, *, at: datetime) -> Sequence[Session]:
        """Return the account's sessions that are live, last used first."""
        async with self._credentials.reading() as reader:
            found = await reader.sessions_of(account_id)
        return [session for session in found if session.is_live(at=at)]

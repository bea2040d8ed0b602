"""Forget sessions that have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.ports.accounts import Accounts

AT_ONCE = 500
"""How many go in one transaction, so that nobody waits long for it."""


class ForgetEndedSessions:
    """Removes what ended sessions leave behind."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def __call__(self, *, at: datetime) -> int:
        """Remove every session that has ended at ``at``, and return how many there were."""
        removed = 0
        while True:
            async with self._accounts.changing() as writer:
                forgotten = await writer.forget_sessions(at=at, most=AT_ONCE)
            removed += forgotten
            if forgotten < AT_ONCE:
                return removed

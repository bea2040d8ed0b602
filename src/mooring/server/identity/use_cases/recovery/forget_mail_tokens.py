"""Forget mail tokens that have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.ports.recovery import Recoveries

AT_ONCE = 500
"""How many go in one transaction, so that nobody waits long for it."""


class ForgetMailTokens:
    """Removes what mails that are over leave behind."""

    def __init__(self, recoveries: Recoveries) -> None:
        self._recoveries = recoveries

    async def __call__(self, *, at: datetime) -> int:
        """Remove every mail token that has ended at ``at``, and return how many there were."""
        removed = 0
        while True:
            async with self._recoveries.changing() as writer:
                forgotten = await writer.forget_mail_tokens(at=at, most=AT_ONCE)
            removed += forgotten
            if forgotten < AT_ONCE:
                return removed

"""Forget the links in mails to buyers that have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.licensing.ports.purchases import Purchases

AT_ONCE = 500
"""How many go in one transaction, so that nobody waits long for it."""


class ForgetClaimLinks:
    """Removes what mails that are over leave behind."""

    def __init__(self, purchases: Purchases) -> None:
        self._purchases = purchases

    async def __call__(self, *, at: datetime) -> int:
        """Remove every link that has ended at ``at``, and return how many there were."""
        removed = 0
        while True:
            async with self._purchases.changing() as writer:
                forgotten = await writer.forget_claim_links(ended_before=at, most=AT_ONCE)
            removed += forgotten
            if forgotten < AT_ONCE:
                return removed

"""Forget leases that ended long ago: a busy build server begins thousands, and none of them comes back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mooring.server.licensing.ports.ledger import Ledger

KEPT = timedelta(days=30)
"""How long an ended lease can still be looked up; its events remain for good."""

AT_ONCE = 500
"""How many go in one transaction, so that nobody waits long for it."""


class ForgetEndedLeases:
    """Removes what ended leases leave behind."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def __call__(self, *, at: datetime) -> int:
        """Remove every lease that ended more than 30 days before ``at``, and return how many there were."""
        removed = 0
        while True:
            async with self._ledger.changing() as writer:
                forgotten = await writer.forget_leases(ended_before=at - KEPT, most=AT_ONCE)
            removed += forgotten
            if forgotten < AT_ONCE:
                return removed

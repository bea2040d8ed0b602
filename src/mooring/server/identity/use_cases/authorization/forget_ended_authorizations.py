"""Forget codes and tokens that nobody can use any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.ports.authorizations import Authorizations

AT_ONCE = 500
"""How many of a kind go in one transaction, so that nobody waits long for it."""


class ForgetEndedAuthorizations:
    """Removes what ended authorizations leave behind; grants stay, they are the record."""

    def __init__(self, authorizations: Authorizations) -> None:
        self._authorizations = authorizations

    async def __call__(self, *, at: datetime) -> int:
        """Remove what is of no use at ``at``, and return how much it was."""
        removed = 0
        while True:
            async with self._authorizations.changing() as writer:
                forgotten = await writer.forget_ended(at=at, most=AT_ONCE)
            removed += forgotten
            if forgotten < AT_ONCE:
                return removed

"""The port to budgets: what may be asked of whoever keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.foundation.budgets.budget import Level, Try


class Budgets(Protocol):
    """Keeps what is left of every budget."""

    async def take(self, *tries: Try, at: datetime) -> tuple[Level, ...]:
        """Take ``tries``, each of another budget, and return what is left of each.

        Raises:
            BudgetSpent: One of them cannot be taken; none is.
            DatabaseUnavailable: Nobody knows what is left: nothing may be tried now.
        """
        ...

    async def give_back(self, *tries: Try, at: datetime) -> None:
        """Return tries that turned out to be no guess. Where that cannot be kept, they are lost."""
        ...

    async def forget_full(self, *, at: datetime) -> int:
        """Forget the budgets that are full again, and return how many there were."""
        ...

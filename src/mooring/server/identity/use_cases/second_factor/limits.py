"""The limits on guessing second factors. Whoever guesses knows the first: the budgets are tight, and last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mooring.server.foundation.budgets.budget import Budget, Try
from mooring.server.foundation.budgets.guessing import guessing
from mooring.server.foundation.budgets.places import network_of
from mooring.server.identity.domain.credentials.authenticator import SecondFactorWrong

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.foundation.budgets.port import Budgets

BY_ACCOUNT: Final = Budget("second-factors-of-account", 10, 900)
BY_ACCOUNT_AND_DAY: Final = Budget("second-factors-of-account-and-day", 50, 86_400)
"""Three codes of a million count at a time: who guesses for a year comes in once in nineteen times."""
BY_PLACE: Final = Budget("second-factors-of-place", 500, 3600)
BY_BROWSER: Final = Budget("second-factors-of-known-browser", 10, 900)
"""Who knows the password cannot keep its owner out of a browser in which they signed in before."""
BY_BROWSERS: Final = Budget("second-factors-of-known-browsers", 50, 86_400)
"""Of all that know the person together: their number buys nobody more guesses."""


class SecondFactorLimits:
    """Counts wrong codes. A right one costs nothing."""

    def __init__(self, budgets: Budgets) -> None:
        self._budgets = budgets

    def attempt(
        self, account_id: AccountId, address: str, *, browser: str | None, at: datetime
    ) -> AbstractAsyncContextManager[None]:
        """Count the block as one try if it ends with ``SecondFactorWrong``.

        ``browser`` is the identifier of one that knows this person; none is a stranger's.

        Raises:
            BudgetSpent: There were too many; the block is not entered.
            DatabaseUnavailable: Nobody knows how many there were; the block is not entered.
        """
        tries = (
            (
                Try(BY_ACCOUNT, account_id),
                Try(BY_ACCOUNT_AND_DAY, account_id),
                Try(BY_PLACE, network_of(address)),
            )
            if browser is None
            else (Try(BY_BROWSER, f"{account_id} {browser}"), Try(BY_BROWSERS, account_id))
        )
        return guessing(self._budgets, *tries, wrong=SecondFactorWrong, at=at)

"""The limits on guessing user codes: by the person who types, and by place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mooring.server.foundation.budgets.budget import Budget, Try
from mooring.server.foundation.budgets.guessing import guessing
from mooring.server.foundation.budgets.places import network_of, site_of
from mooring.server.identity.domain.authorization.user_code import UserCodeUnknown

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.foundation.budgets.port import Budgets

BY_ACCOUNT: Final = Budget("user-codes-of-account", 10, 600)
BY_PLACE: Final = Budget("user-codes-of-place", 500, 3600)
"""Behind one address a school may sit, of whom half mistype in the same hour; each has their own ten."""
BY_SITE: Final = Budget("user-codes-of-site", 2000, 3600)


class UserCodeLimits:
    """Counts codes that no device shows. A right one costs nothing."""

    def __init__(self, budgets: Budgets) -> None:
        self._budgets = budgets

    def attempt(
        self, account_id: AccountId, address: str, *, at: datetime
    ) -> AbstractAsyncContextManager[None]:
        """Count the block as one try if it ends with ``UserCodeUnknown``.

        Raises:
            BudgetSpent: There were too many; the block is not entered.
            DatabaseUnavailable: Nobody knows how many there were; the block is not entered.
        """
        return guessing(
            self._budgets,
            Try(BY_ACCOUNT, account_id),
            Try(BY_PLACE, network_of(address)),
            Try(BY_SITE, site_of(address)),
            wrong=UserCodeUnknown,
            at=at,
        )

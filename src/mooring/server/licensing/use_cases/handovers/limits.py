"""The limits on offers: nobody's mailbox is filled by offering and taking back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mooring.server.foundation.budgets.budget import Budget, Try
from mooring.server.foundation.budgets.guessing import counted

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.foundation.budgets.port import Budgets
    from mooring.server.licensing.domain.new_holders.addressee import Addressee

BY_ACCOUNT: Final = Budget("handovers-by-account", 20, 86_400)
BY_ACCOUNT_AND_ADDRESS: Final = Budget("handovers-to-address-by-account", 5, 86_400)
BY_ADDRESS: Final = Budget("handovers-to-address", 50, 86_400)


class HandoverLimits:
    """Counts the offers that accounts make, and those that one address gets."""

    def __init__(self, budgets: Budgets) -> None:
        self._budgets = budgets

    def offer(
        self, account_id: AccountId, to: Addressee, *, at: datetime
    ) -> AbstractAsyncContextManager[None]:
        """Count the block as one offer by this account to this address, however often it met another's.

        Raises:
            BudgetSpent: There were too many; the block is not entered.
            DatabaseUnavailable: Nobody knows how many there were; the block is not entered.
        """
        return counted(
            self._budgets,
            Try(BY_ACCOUNT_AND_ADDRESS, f"{account_id} {to.key}"),
            Try(BY_ACCOUNT, account_id),
            Try(BY_ADDRESS, to.key),
            at=at,
        )

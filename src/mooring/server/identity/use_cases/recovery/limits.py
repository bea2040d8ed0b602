"""The limits on asking for mails: nobody's mailbox is filled, and no place fills those of many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mooring.server.foundation.budgets.budget import Budget, Try
from mooring.server.foundation.budgets.guessing import counted
from mooring.server.foundation.budgets.places import network_of, site_of

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from mooring.server.foundation.budgets.port import Budgets

BY_ADDRESS_AND_PLACE: Final = Budget("mails-to-address-from-place", 5, 1800)
BY_ADDRESS: Final = Budget("mails-to-address", 20, 3600)
BY_PLACE: Final = Budget("mails-from-place", 200, 3600)
"""Behind one address a school may sit, of whom all sign up in the same hour."""
BY_SITE: Final = Budget("mails-from-site", 800, 3600)


class MailLimits:
    """Counts the mails that strangers can have sent: alike for each address, whether it has an account."""

    def __init__(self, budgets: Budgets) -> None:
        self._budgets = budgets

    def ask(self, email_key: str, address: str, *, at: datetime) -> AbstractAsyncContextManager[None]:
        """Count the block as one mail that somebody at ``address`` asks for.

        Raises:
            BudgetSpent: There were too many; the block is not entered.
            DatabaseUnavailable: Nobody knows how many there were; the block is not entered.
        """
        place, site = network_of(address), site_of(address)
        return counted(
            self._budgets,
            Try(BY_ADDRESS_AND_PLACE, f"{email_key} {place}"),
            Try(BY_ADDRESS, email_key),
            Try(BY_PLACE, place),
            Try(BY_SITE, site),
            at=at,
        )

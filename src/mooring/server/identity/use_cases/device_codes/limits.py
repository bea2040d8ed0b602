"""The limits on guessing user codes: by the person who types, and by place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.authorization.user_code import UserCodeUnknown
from mooring.server.identity.domain.tries import Tries, guessing, network_of

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from mooring.core.identifiers import AccountId


class UserCodeLimits:
    """Counts codes that no device shows. A right one costs nothing."""

    def __init__(self) -> None:
        self._by_account = Tries(10, 600)
        self._by_place = Tries(50, 600)

    def attempt(self, account_id: AccountId, address: str, *, at: datetime) -> AbstractContextManager[None]:
        """Count the block as one try if it ends with ``UserCodeUnknown``.

        Raises:
            RateLimited: There were too many; the block is not entered.
        """
        return guessing(
            (self._by_account, account_id),
            (self._by_place, network_of(address)),
            wrong=UserCodeUnknown,
            at=at,
        )

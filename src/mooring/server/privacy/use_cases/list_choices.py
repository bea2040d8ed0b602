"""List the choices of an account: what it is asked for and agreed to, and what nobody asks it for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.privacy.domain.consents import MOST_SHOWN, choices_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mooring.core.identifiers import AccountId
    from mooring.server.privacy.domain.consents import Choices
    from mooring.server.privacy.ports import Consents


class ListChoices:
    """Lists choices, of which the publisher ``asks`` for some."""

    def __init__(self, consents: Consents, asks: Sequence[str]) -> None:
        self._consents = consents
        self._asks = asks

    async def __call__(self, account_id: AccountId) -> Choices:
        """Return the account's choices."""
        async with self._consents.reading() as reader:
            standing = await reader.standing(account_id)
            return choices_of(standing, await reader.latest(account_id, limit=MOST_SHOWN), self._asks)

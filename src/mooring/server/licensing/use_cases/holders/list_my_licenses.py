"""List the licenses that an account holds, with their seats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.licensing.use_cases.holders.messages import FIRST_PAGE, MOST_ITEMS, Page
from mooring.server.licensing.use_cases.holders.views import my_license

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.ports.ledger import Ledger
    from mooring.server.licensing.use_cases.holders.messages import MyLicense, PageWish


class ListMyLicenses:
    """Lists licenses, the earliest first."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def __call__(
        self, account: AccountRef, wish: PageWish = FIRST_PAGE, *, at: datetime
    ) -> Page[MyLicense]:
        """Return a page of the account's licenses."""
        limit = min(wish.limit, MOST_ITEMS)
        async with self._ledger.reading(stale=True) as reader:
            found = await reader.licenses_of(account.id, after=wish.after, limit=limit + 1)
            items = [await my_license(reader, each, at=at) for each in found[:limit]]
        return Page(items, found[limit - 1].id if len(found) > limit else None)

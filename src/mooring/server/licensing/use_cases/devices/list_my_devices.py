"""List the devices that hold seats of an account's licenses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.licensing.use_cases.holders.messages import FIRST_PAGE, MOST_ITEMS, Page
from mooring.server.licensing.use_cases.holders.views import my_device

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.ports.ledger import Ledger
    from mooring.server.licensing.use_cases.holders.messages import MyDevice, PageWish


class ListMyDevices:
    """Lists devices, the earliest first."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def __call__(
        self, account: AccountRef, wish: PageWish = FIRST_PAGE, *, at: datetime
    ) -> Page[MyDevice]:
        """Return a page of the account's devices."""
        limit = min(wish.limit, MOST_ITEMS)
        items = []
        async with self._ledger.reading(stale=True) as reader:
            found = await reader.devices_for(account.id, after=wish.after, limit=limit + 1, at=at)
            for device_id in found[:limit]:
                seats = await reader.seats_for(account.id, device_id, at=at)
                items += [await my_device(reader, seat.device, seats, at=at) for seat in seats[:1]]
        return Page(items, found[limit - 1] if len(found) > limit else None)

"""List what happened to what an account holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.licensing.use_cases.holders.messages import FIRST_PAGE, MOST_ITEMS, MyEvent, Page

if TYPE_CHECKING:
    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.ports.ledger import Ledger, PastEvent
    from mooring.server.licensing.use_cases.holders.messages import PageWish


class ListMyEvents:
    """Lists events, the latest first."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def __call__(self, account: AccountRef, wish: PageWish = FIRST_PAGE) -> Page[MyEvent]:
        """Return a page of what concerns the account."""
        limit = min(wish.limit, MOST_ITEMS)
        async with self._ledger.reading(stale=True) as reader:
            found = await reader.events_of(account.id, before=wish.after, limit=limit + 1)
        return Page(
            [_told(each) for each in found[:limit]], found[limit - 1].id if len(found) > limit else None
        )


def _told(event: PastEvent) -> MyEvent:
    reason = event.detail.get("reason", event.detail.get("purpose"))
    return MyEvent(
        id=event.id,
        at=event.at,
        kind=event.kind,
        license=event.license_id,
        device=event.device_id,
        activation=event.activation_id,
        reason=reason if isinstance(reason, str) else None,
    )

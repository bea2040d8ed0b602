"""List accounts, for the operator of a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.ports.staff import Known, StaffRooms


class Page(NamedTuple):
    """Some accounts, and after which the next page begins; none: these were the last."""

    items: Sequence[Known]
    next_cursor: AccountId | None


class ListAccounts:
    """Lists accounts in the order in which they were made."""

    def __init__(self, rooms: StaffRooms) -> None:
        self._rooms = rooms

    async def __call__(self, *, after: AccountId | None, limit: int) -> Page:
        """Return up to ``limit`` accounts after this one; none: from the first."""
        async with self._rooms.reading() as reader:
            found = await reader.accounts_after(after, limit=limit + 1)
        items = found[:limit]
        return Page(items, items[-1].account.id if len(found) > limit else None)

    async def staff(self) -> Page:
        """Return all accounts of those who work here."""
        async with self._rooms.reading() as reader:
            return Page(await reader.staff(), None)

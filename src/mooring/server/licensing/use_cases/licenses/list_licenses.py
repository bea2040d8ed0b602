"""List licenses, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.identifiers import LICENSE, LicenseId, is_identifier
from mooring.server.licensing.domain.obstacles import ValueRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mooring.server.licensing.ports.license_desk import Filter, LicenseDesk, LicenseSummary

LONGEST_PAGE = 200


class Page(NamedTuple):
    """Some licenses, and where the next page starts; none after the last."""

    items: Sequence[LicenseSummary]
    next_cursor: LicenseId | None


class ListLicenses:
    """Reads licenses in the order in which they were made."""

    def __init__(self, desk: LicenseDesk) -> None:
        self._desk = desk

    async def __call__(self, chosen: Filter, *, after: str | None = None, limit: int = 50) -> Page:
        """Return up to ``limit`` (1-200) licenses that follow the cursor ``after``.

        Raises:
            ValueRefused: The cursor or the limit cannot be used.
        """
        if not 1 <= limit <= LONGEST_PAGE:
            raise ValueRefused(f"{limit} cannot be a page.", f"Give a limit from 1 to {LONGEST_PAGE}.")
        if after is not None and not is_identifier(after, LICENSE):
            raise ValueRefused(f"“{after}” is not a place in the list.", "Give the next_cursor of a page.")
        async with self._desk.reading() as desk:
            cursor = None if after is None else LicenseId(after)
            found = await desk.page(chosen, after=cursor, limit=limit + 1)
        more = len(found) > limit
        items = found[:limit]
        return Page(items, items[-1].id if more else None)

"""Show a license and the devices that hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.server.licensing.use_cases.licenses.find_license import find_license

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mooring.server.licensing.ports.license_desk import LicenseDesk, LicenseSummary, SeatHolder


class Shown(NamedTuple):
    """A license and the devices that hold it, or did."""

    license: LicenseSummary
    holders: Sequence[SeatHolder]


class ShowLicense:
    """Reads one license."""

    def __init__(self, desk: LicenseDesk, *, pepper: bytes) -> None:
        self._desk = desk
        self._pepper = pepper

    async def __call__(self, reference: str) -> Shown:
        """Return the license that ``reference`` means; raises what :func:`find_license` raises."""
        async with self._desk.reading() as desk:
            found = await find_license(desk, reference, pepper=self._pepper)
            return Shown(found, await desk.holders(found.id))

"""Suspend, reinstate or revoke a license."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from mooring.server.licensing.domain.license import Standing
from mooring.server.licensing.domain.obstacles import StandingRefused
from mooring.server.licensing.use_cases.licenses.find_license import find_license

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.licensing.ports.license_desk import LicenseDesk, LicenseSummary


class _ChangeStanding:
    """Changes what the publisher says of a license; its devices' status changes in the same transaction."""

    becomes: ClassVar[Standing]
    event: ClassVar[str]

    def __init__(self, desk: LicenseDesk, *, pepper: bytes) -> None:
        self._desk = desk
        self._pepper = pepper

    async def __call__(self, reference: str, *, at: datetime) -> LicenseSummary:
        """Return the changed license; one that is so already stays as it is.

        Raises:
            StandingRefused: The license was revoked, and this does not revoke it.
            NotThere, SeveralMatch, KeyMalformed, KeyUnknown: As :func:`find_license`.
        """
        async with self._desk.changing() as desk:
            found = await find_license(desk, reference, pepper=self._pepper)
            if found.standing == self.becomes:
                return found
            if found.standing == Standing.REVOKED:
                # Devices have been told that it is invalid, and that word is final (Token Status List).
                raise StandingRefused(
                    "This license was revoked, and that is final.",
                    f"Mint another key: mooring admin keys mint {found.product} {found.edition} --count 1 "
                    "--output FILE.csv",
                )
            await desk.set_standing(found.id, self.becomes)
            await desk.record(self.event, found.id, detail={}, at=at)
            return found._replace(standing=self.becomes)


class SuspendLicense(_ChangeStanding):
    """Stops a license for a while: its devices learn it from the status list, and renewals are refused."""

    becomes = Standing.SUSPENDED
    event = "license.suspended"


class ReinstateLicense(_ChangeStanding):
    """Lets a suspended license run on."""

    becomes = Standing.ACTIVE
    event = "license.reinstated"


class RevokeLicense(_ChangeStanding):
    """Ends a license for good."""

    becomes = Standing.REVOKED
    event = "license.revoked"

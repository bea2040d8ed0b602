"""Extend a license's term."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mooring.core.instants import format_instant
from mooring.server.licensing.domain.license import Standing
from mooring.server.licensing.domain.obstacles import StandingRefused, ValueRefused
from mooring.server.licensing.use_cases.licenses.find_license import find_license

if TYPE_CHECKING:
    from mooring.server.licensing.ports.license_desk import LicenseDesk, LicenseSummary

MOST_DAYS = 36_500


class ExtendLicense:
    """Gives a license more time; it never takes any away."""

    def __init__(self, desk: LicenseDesk, *, pepper: bytes) -> None:
        self._desk = desk
        self._pepper = pepper

    async def __call__(self, reference: str, to: timedelta | datetime, *, at: datetime) -> LicenseSummary:
        """Return the extended license.

        Args:
            reference: Which license, as :func:`find_license` reads it.
            to: More time, counted from the later of its end and now; or the new end.
            at: Now.

        Raises:
            StandingRefused: The license was revoked.
            ValueRefused: It never ends, its term has not begun, or the new end is not later.
            NotThere, SeveralMatch, KeyMalformed, KeyUnknown: As :func:`find_license`.
        """
        async with self._desk.changing() as desk:
            found = await find_license(desk, reference, pepper=self._pepper)
            if found.standing == Standing.REVOKED:
                raise StandingRefused("This license was revoked, and that is final.", "Mint another key.")
            end = _new_end(found, to, at)
            await desk.set_end(found.id, end)
            detail = {"expires_at": format_instant(end)}
            await desk.record("license.extended", found.id, detail=detail, at=at)
            return found._replace(expires_at=end)


def _new_end(found: LicenseSummary, to: timedelta | datetime, at: datetime) -> datetime:
    now_ends = found.expires_at
    if isinstance(to, datetime):
        if to <= at or (now_ends is not None and to <= now_ends):
            raise ValueRefused(
                f"{format_instant(to)} is not later than its end"
                + (f", {format_instant(now_ends)}." if now_ends else " could be: it lies in the past."),
                "Give a later date. To end a license early, suspend or revoke it.",
            )
        return to
    if not timedelta(0) < to <= timedelta(days=MOST_DAYS):
        raise ValueRefused("So much time cannot be given.", f"Give from 1 to {MOST_DAYS:,} days.")
    if now_ends is None:
        raise ValueRefused(
            "This license has no end to extend: it never ends, or its term begins with its first activation.",
            "Set an end with --until, if that is what you want.",
        )
    return max(now_ends, at) + to

"""When a certificate is to be renewed, when it warns, and when it ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple


class CertificateTimes(NamedTuple):
    """The three times of a certificate, in order; a short term lets them coincide."""

    renew_at: datetime
    grace_at: datetime
    expires_at: datetime


def certificate_times(at: datetime, offline_days: int, license_ends_at: datetime | None) -> CertificateTimes:
    """Return half, three quarters and all of the offline period from ``at``, never past the license's end.

    Raises:
        ValueError: no time is left between ``at`` and the license's end.
    """
    period = timedelta(days=offline_days)
    last = at + period if license_ends_at is None else min(at + period, license_ends_at)
    if last <= at:
        raise ValueError("a certificate must end after it begins")
    return CertificateTimes(min(at + period / 2, last), min(at + period * 3 / 4, last), last)

"""When a background renewal is due, and how long to wait after one that failed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.client.domain.status import CertificateTimes

LONGEST_SLEEP = 3600.0
"""Seconds. A computer that slept, or whose clock was set, is looked after within an hour."""

FIRST_PAUSE = 60.0
LONGEST_PAUSE = 6 * 3600.0
AFTER_A_REFUSAL = 6 * 3600.0
"""Seconds. A refusal does not change by itself in a minute, as an outage does."""


def renewal_due_at(times: CertificateTimes, jitter: float) -> datetime:
    """Return when to renew: spread over the first half of the time between `renew_at` and `grace_at`.

    A thousand devices that were activated in one hour then do not all come back in one hour, and a server
    that returns from an outage is not trampled.

    Args:
        times: the certificate's.
        jitter: 0 to 1, drawn anew for each certificate.
    """
    return times.renew_at + timedelta(
        seconds=int((times.grace_at - times.renew_at).total_seconds() / 2 * jitter)
    )


def pause_after_failure(failures: int, jitter: float, *, refused: bool, retry_after: int | None) -> float:
    """Return the seconds to wait before the next try.

    Args:
        failures: how many tries in a row have failed, at least 1.
        jitter: 0 to 1; stretches the pause by up to a half.
        refused: whether the server said no, instead of not answering.
        retry_after: the seconds that the server asked for; never asked earlier.
    """
    doubled = FIRST_PAUSE * 2 ** min(failures - 1, 16)
    pause = AFTER_A_REFUSAL if refused else min(doubled, LONGEST_PAUSE)
    return max(pause, float(retry_after or 0)) * (1 + jitter / 2)

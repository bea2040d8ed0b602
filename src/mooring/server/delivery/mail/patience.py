"""Patience: how long to wait before something is tried again."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Final

FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=1)
"""Of one mail that was not taken: from half a minute, which many a greylisting asks for, to an hour."""
FIRST_PAUSE: Final = timedelta(seconds=1)
LONGEST_PAUSE: Final = timedelta(minutes=1)
"""Of all mails, while the mail server is away: within a minute of its return they are on their way."""

Chance = Callable[[], float]
"""Returns a number from 0 to 1."""


def wait_after(attempts: int, chance: Chance = random.random) -> timedelta:
    """Return how long a mail waits that was tried so often: twice as long each time, and never just so.

    >>> [wait_after(attempts, lambda: 0.5).seconds for attempts in (1, 2, 3, 4, 20)]
    [30, 60, 120, 240, 3600]
    """
    return _growing(FIRST_WAIT, LONGEST_WAIT, attempts, chance)


def pause_after(failures: int, chance: Chance = random.random) -> timedelta:
    """Return how long no mail is tried after so many failures to reach the mail server.

    >>> [pause_after(failures, lambda: 0.5).seconds for failures in (1, 2, 6, 7, 99)]
    [1, 2, 32, 60, 60]
    """
    return _growing(FIRST_PAUSE, LONGEST_PAUSE, failures, chance)


def _growing(first: timedelta, longest: timedelta, times: int, chance: Chance) -> timedelta:
    doubled = first * (1 << min(times - 1, 20))
    return min(doubled, longest) * (0.75 + chance() / 2)  # jitter: what failed together comes apart

"""How often something may be tried: budgets that refill evenly, one for each name."""

from __future__ import annotations

import math
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from mooring.core.refusals import RateLimited

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


class Tries:
    """So many tries a name, refilled evenly over a time span.

    A name's budget is one number, the instant at which it will be full again (the generic cell rate
    algorithm of ITU-T I.371), so that a full one needs no memory at all.
    """

    def __init__(self, capacity: int, window: int, *, most: int = 100_000) -> None:
        """Allow ``capacity`` tries at once, refilled over ``window`` seconds; remember ``most`` names."""
        self._interval = window / capacity
        self._window = float(window)
        self._most = most
        self._full_at: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, name: str, *, at: datetime) -> None:
        """Take one try from the budget of ``name``.

        Raises:
            RateLimited: There is none left; nothing is taken.
        """
        now = at.timestamp()
        full_at = max(self._full_at.get(name, now), now)
        if (
            full_at > now + self._window
        ):  # the clock was set back: nobody is locked out for longer than a window
            full_at = self._full_at[name] = now + self._window
        full_at += self._interval
        wait = full_at - now - self._window
        if wait > 1e-6:
            raise RateLimited(retry_after=math.ceil(wait - 1e-6))
        if name not in self._full_at and len(self._full_at) >= self._most:
            self._forget(now)
        self._full_at[name] = full_at

    def give_back(self, name: str, *, at: datetime) -> None:
        """Return a try that turned out to be no guess."""
        full_at = self._full_at.get(name)
        if full_at is None:
            return
        if full_at - self._interval <= at.timestamp():
            del self._full_at[name]
        else:
            self._full_at[name] = full_at - self._interval

    def _forget(self, now: float) -> None:
        """Drop the full budgets, and if that is too little the fuller half: who guesses is remembered."""
        kept = {name: full_at for name, full_at in self._full_at.items() if full_at > now}
        if len(kept) >= self._most:
            emptiest_first = sorted(kept.items(), key=lambda item: item[1], reverse=True)
            kept = dict(emptiest_first[: self._most // 2])
        self._full_at = kept


@contextmanager
def guessing(*budgets: tuple[Tries, str], wrong: type[Exception], at: datetime) -> Iterator[None]:
    """Take one try from each of ``budgets`` (and name), given back unless the block raises ``wrong``.

    Taken before and not after, so that guesses made at the same moment cannot all find the budget full.

    Raises:
        RateLimited: One of them is empty; the block is not entered, and nothing is taken.
    """
    taken: list[tuple[Tries, str]] = []
    guessed_wrong = False
    try:
        for tries, name in budgets:
            tries.take(name, at=at)
            taken.append((tries, name))
        yield
    except wrong:
        guessed_wrong = True
        raise
    finally:
        if not guessed_wrong:
            for tries, name in taken:
                tries.give_back(name, at=at)


def network_of(address: str) -> str:
    """Return what one subscriber is given: an IPv4 address itself, or the /64 of an IPv6 address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"

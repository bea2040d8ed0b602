"""How often something may be tried: token buckets that hold down guessing and floods."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from typing import Final, NamedTuple

from mooring.core.refusals import RateLimited


class Level(NamedTuple):
    """What is left in a bucket after a try."""

    policy: str
    """The policy's name, as in the ``RateLimit`` header."""
    capacity: int
    """Tries that a full bucket holds."""
    window: int
    """Seconds in which an empty bucket fills."""
    left: int
    """Whole tries left."""
    wait: int
    """Seconds until a try is allowed again; 0 while there are tries left."""

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return the ``RateLimit`` fields (draft-ietf-httpapi-ratelimit-headers)."""
        return [
            (b"ratelimit-policy", f'"{self.policy}";q={self.capacity};w={self.window}'.encode()),
            (b"ratelimit", f'"{self.policy}";r={self.left};t={self.wait}'.encode()),
        ]


class Buckets:
    """One bucket for each name, all of one size.

    A bucket is one number, the instant at which it will be full again (the generic cell rate
    algorithm of ITU-T I.371), so that a full bucket needs no memory at all.
    """

    def __init__(self, policy: str, *, capacity: int, window: int, most: int = 100_000) -> None:
        """Hold ``capacity`` tries a name, refilled evenly over ``window`` seconds, for ``most`` names."""
        self._policy = policy
        self._capacity = capacity
        self._window = window
        self._interval = window / capacity
        self._most = most
        self._full_at: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, name: str, now: float) -> Level | None:
        """Take one try from the bucket of ``name``; None, and nothing taken, when it is empty."""
        full_at = max(self._full_at.get(name, now), now) + self._interval
        if full_at - now > self._window + 1e-6:
            return None
        if name not in self._full_at and len(self._full_at) >= self._most:
            self._forget(now)
        self._full_at[name] = full_at
        return self._level(full_at, now)

    def level(self, name: str, now: float) -> Level:
        """Return what the bucket of ``name`` holds."""
        return self._level(max(self._full_at.get(name, now), now), now)

    def _level(self, full_at: float, now: float) -> Level:
        missing = full_at - now
        left = max(0, math.floor((self._window - missing) / self._interval + 1e-6))
        wait = 0 if left else max(1, math.ceil(missing + self._interval - self._window - 1e-6))
        return Level(self._policy, self._capacity, self._window, left, wait)

    def _forget(self, now: float) -> None:
        """Drop the full buckets, and if that is too little the fuller half: who guesses is remembered."""
        kept = {name: full_at for name, full_at in self._full_at.items() if full_at > now}
        if len(kept) >= self._most:
            emptiest_first = sorted(kept.items(), key=lambda item: item[1], reverse=True)
            kept = dict(emptiest_first[: self._most // 2])
        self._full_at = kept


ANY_PRODUCT: Final = "any"
"""Stands for the product where a key is typed for whichever it is."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of this server. Nothing counts requests by address alone.

    A thousand honest devices behind one address are a school or an office. So an installation, known
    by its proof, has a budget for itself; an address only has one for keys that do not exist, judged
    after the look-up: a valid key works from an address that is guessing.
    """

    installations: Buckets = field(default_factory=lambda: Buckets("installation", capacity=600, window=60))
    unknown_keys_by_address: Buckets = field(
        default_factory=lambda: Buckets("unknown-keys", capacity=30, window=1800)
    )
    unknown_keys_by_product: Buckets = field(
        default_factory=lambda: Buckets("unknown-keys-of-product", capacity=600, window=600)
    )
    seconds: Callable[[], float] = time.monotonic

    def admit(self, jkt: str) -> Level:
        """Count one request of the installation ``jkt``.

        Raises:
            RateLimited: it asks far more often than a program has reason to.
        """
        now = self.seconds()
        level = self.installations.take(jkt, now)
        if level is None:
            raise RateLimited(retry_after=self.installations.level(jkt, now).wait)
        return level

    def count_unknown_key(self, address: str, product: str) -> Level:
        """Count one key that does not exist, tried from ``address`` for ``product``.

        Raises:
            RateLimited: the budget of the address or of the product is spent.
        """
        now = self.seconds()
        network = network_of(address)
        level = self.unknown_keys_by_address.take(network, now)
        if level is None:
            raise RateLimited(retry_after=self.unknown_keys_by_address.level(network, now).wait)
        if self.unknown_keys_by_product.take(product, now) is None:
            raise RateLimited(retry_after=self.unknown_keys_by_product.level(product, now).wait)
        return level


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

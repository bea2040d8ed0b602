"""How often a door lets itself be asked, and the headers that tell what is left."""

from datetime import datetime
from functools import lru_cache
from typing import Final

from mooring.core.refusals import RateLimited, Refusal, ServiceUnavailable
from mooring.server.foundation.budgets.budget import Budget, BudgetSpent, Level, Try
from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.foundation.budgets.places import network_of
from mooring.server.foundation.budgets.port import Budgets

Headers = list[tuple[bytes, bytes]]

ANY_PRODUCT: Final = "any"
"""Stands for the product where a key is typed for whichever it is."""
REQUESTS_A_MINUTE: Final = 600
"""Of one installation, at all workers together."""
UNKNOWN_KEYS_BY_PLACE: Final = Budget("unknown-keys", 30, 1800)
UNKNOWN_KEYS_BY_PRODUCT: Final = Budget("unknown-keys-of-product", 600, 600)


class Limits:
    """The limits of this server's doors. Nothing counts requests by address alone.

    A thousand honest devices behind one address are a school or an office. So an installation, known
    by its proof, has a budget for itself; an address only has one for keys that do not exist, judged
    after the look-up: a valid key works from an address that is guessing.
    """

    def __init__(self, shared: Budgets, *, workers: int = 1) -> None:
        """Count guesses in ``shared``, and requests in this process, one of so many ``workers``."""
        self._shared = shared
        self._own = MemoryBudgets()
        self._requests = Budget("installation", max(1, REQUESTS_A_MINUTE // workers), 60)

    async def admit(self, jkt: str, *, at: datetime) -> Level:
        """Count one request of the installation ``jkt``.

        Raises:
            BudgetSpent: it asks far more often than a program has reason to.
        """
        (level,) = await self._own.take(Try(self._requests, jkt), at=at)
        return level

    async def count_unknown_key(self, address: str, product: str, *, at: datetime) -> Level:
        """Count one key that does not exist, tried from ``address`` for ``product``.

        Raises:
            BudgetSpent: the budget of the address or of the product is spent.
            DatabaseUnavailable: nobody knows what is left of them: no more may be told of the key.
        """
        place = Try(UNKNOWN_KEYS_BY_PLACE, network_of(address))
        level, _ = await self._shared.take(place, Try(UNKNOWN_KEYS_BY_PRODUCT, product), at=at)
        return level


def limit_headers(level: Level) -> Headers:
    """Return the ``RateLimit`` fields (draft-ietf-httpapi-ratelimit-headers)."""
    return [
        (b"ratelimit-policy", _policy(level.policy, level.capacity, level.window)),
        (b"ratelimit", b'"%s";r=%d;t=%d' % (level.policy.encode(), level.left, level.wait)),
    ]


@lru_cache(maxsize=64)
def _policy(policy: str, capacity: int, window: int | None) -> bytes:
    per = 'qu="concurrent-requests"' if window is None else f"w={window}"
    return f'"{policy}";q={capacity};{per}'.encode()


def retry_headers(refusal: Refusal) -> Headers:
    """Return the headers that say when to ask again and what is spent, where the refusal knows it."""
    headers: Headers = []
    if isinstance(refusal, (RateLimited, ServiceUnavailable)) and refusal.retry_after is not None:
        headers.append((b"retry-after", b"%d" % refusal.retry_after))
    if isinstance(refusal, BudgetSpent):
        headers.extend(limit_headers(refusal.level))
    return headers

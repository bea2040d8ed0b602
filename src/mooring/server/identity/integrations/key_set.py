"""A provider's keys: kept for a while, and fetched again when a token names one that is not among them."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from mooring.server.identity.domain.federation.id_token import ProviderKey, choose_key
from mooring.server.identity.domain.federation.refusals import ProviderUnavailable, TokenRefused
from mooring.server.identity.integrations.fetching import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mooring.server.identity.integrations.fetching import Fetcher

KEPT: Final = 3600.0
"""Seconds after which keys are fetched again, so that one that was withdrawn is believed no longer."""
KEPT_IN_NEED: Final = 24 * 3600.0
"""Seconds for which keys do while newer cannot be fetched."""
REFETCHES: Final = 20
"""Unknown keys that are looked for at once ..."""
REFETCH_EVERY: Final = 10.0
"""... and the seconds after which one more is."""
_OK: Final = 200


class KeySet:
    """The keys at one address."""

    def __init__(self, fetcher: Fetcher, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._address = ""
        self._keys: tuple[ProviderKey, ...] = ()
        self._fetched_at = float("-inf")
        self._tries = float(REFETCHES)
        self._tried_at = clock()
        self._turn = asyncio.Lock()
        self._failure = Failure(clock)

    async def key_for(self, header: Mapping[str, object], address: str) -> ProviderKey:
        """Return the key that a token with this ``header`` was signed with, of those at ``address``.

        Raises:
            ProviderUnavailable: there are no keys to be had.
            TokenRefused: ``key``: there is none like that, or the header names no good algorithm.
        """
        choose_key(header, ())  # nobody is asked for the sake of a token that no key could make good
        async with self._turn:
            if address != self._address or self._clock() - self._fetched_at > KEPT:
                await self.fetch(address)
        seen_at = self._fetched_at
        found = choose_key(header, self._keys)
        if found is None:
            async with self._turn:
                if seen_at == self._fetched_at and self._may_try():
                    await self.fetch(address)
            found = choose_key(header, self._keys)
        if found is None:
            raise TokenRefused("key")
        return found

    async def fetch(self, address: str) -> None:
        """Fetch the keys at ``address``, or keep those at hand if that cannot be done.

        Raises:
            ProviderUnavailable: there are none at hand either.
        """
        try:
            self._failure.check()
            listed = await self._listed(address)
        except ProviderUnavailable as refusal:
            self._failure.note(refusal)
            if address == self._address and self._clock() - self._fetched_at <= KEPT_IN_NEED:
                return
            raise
        self._address = address
        self._keys = tuple(ProviderKey(jwk) for jwk in listed if isinstance(jwk, dict))
        self._fetched_at = self._clock()

    async def _listed(self, address: str) -> list[object]:
        answer = await self._fetcher.get(address)
        listed = answer.document.get("keys")
        if answer.status != _OK or not isinstance(listed, list):
            raise ProviderUnavailable(f"{address} has no key set")
        return listed

    def _may_try(self) -> bool:
        now = self._clock()
        self._tries = min(float(REFETCHES), self._tries + (now - self._tried_at) / REFETCH_EVERY)
        self._tried_at = now
        if self._tries < 1:
            return False
        self._tries -= 1
        return True

"""Rotate the signing keys with a root key that is on this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.licensing.domain.obstacles import PublisherMissing
from mooring.server.licensing.domain.signing import next_epoch, rotation_is_due
from mooring.server.licensing.use_cases.signing.fresh_keys import begin_epoch, root_here

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mooring.server.licensing.domain.publisher import Publisher
    from mooring.server.licensing.domain.signing import SigningKeyRecord
    from mooring.server.licensing.ports.signing import PublisherStore, PublisherWriter, RootKey, Sealing


class RotateSigningKeys:
    """Lets new keys sign from now on. What the old ones signed stays good until it ends."""

    def __init__(self, store: PublisherStore, root: RootKey, sealing: Sealing) -> None:
        self._store = store
        self._root = root
        self._sealing = sealing

    async def __call__(self, *, compromised: bool = False, at: datetime) -> Sequence[SigningKeyRecord]:
        """Return the keys that sign now.

        Args:
            compromised: The old keys were stolen: each device stops believing them, and all they signed, as
                soon as it has met the new ones.
            at: Now.

        Raises:
            PublisherMissing: The server was never founded.
            NotThere: The root key is kept offline.
            ValueRefused: The key in the root key's place is not this publisher's.
        """
        async with self._store.changing() as keys:
            publisher = await keys.publisher()
            if publisher is None:
                raise PublisherMissing
            return await self._rotated(keys, publisher, compromised=compromised, at=at)

    async def when_due(self, *, at: datetime) -> bool:
        """Rotate if a key stops signing within 60 days and the root is here; return whether that was so.

        A running server calls this now and then, so that nobody's certificates stop being issued because a
        year went by.
        """
        async with self._store.reading() as keys:
            if await keys.publisher() is None or not rotation_is_due(await keys.signing_keys(), at=at):
                return False
        if self._root.load() is None:
            return False
        async with self._store.changing() as keys:
            publisher = await keys.publisher()
            # Meanwhile another worker may have done it.
            if publisher is None or not rotation_is_due(await keys.signing_keys(), at=at):
                return False
            await self._rotated(keys, publisher, compromised=False, at=at)
        return True

    async def _rotated(
        self, keys: PublisherWriter, publisher: Publisher, *, compromised: bool, at: datetime
    ) -> Sequence[SigningKeyRecord]:
        epoch = next_epoch(await keys.signing_keys(), compromised=compromised, at=at)
        root = root_here(self._root, publisher)
        begun = await begin_epoch(
            keys, epoch, root=root, issuer=publisher.issuer, sealing=self._sealing, at=at
        )
        detail = {"epoch": epoch.number, "min_epoch": epoch.min_epoch}
        await keys.record("signing_keys.rotated", detail=detail, at=at)
        return begun

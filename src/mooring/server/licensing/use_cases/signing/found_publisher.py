"""Found the publisher: who this server speaks for, and the first keys that sign for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from mooring.server.licensing.domain.publisher import HARDWARE_SALT_BYTES, Publisher, checked_address
from mooring.server.licensing.domain.signing import next_epoch
from mooring.server.licensing.use_cases.signing.fresh_keys import begin_epoch, fresh_key

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.licensing.ports.signing import PublisherStore, RootKey, Sealing


class Founded(NamedTuple):
    """The publisher, and whether it was founded only now."""

    publisher: Publisher
    now: bool


class FoundPublisher:
    """Gives the server its permanent identity: issuer, hardware salt, root key, signing keys."""

    def __init__(self, store: PublisherStore, root: RootKey, sealing: Sealing, *, fingerprint: str) -> None:
        self._store = store
        self._root = root
        self._sealing = sealing
        self._fingerprint = fingerprint

    async def __call__(self, issuer: str, *, at: datetime) -> Founded:
        """Return the publisher, founding it first where there is none.

        A root key that is there already is taken: an interrupted founding left it, or the operator made it.

        Raises:
            ValueRefused: ``issuer`` is no address that programs may ask, or the root key's file is unfit.
        """
        checked_address(issuer)
        async with self._store.reading() as reader:
            if (publisher := await reader.publisher()) is not None:
                return Founded(publisher, now=False)
        root = (
            self._root.load() or self._root.create()
        )  # outside the transaction: writing the file takes time
        async with self._store.changing() as writer:
            if (publisher := await writer.publisher()) is not None:
                return Founded(publisher, now=False)  # another process was faster
            founded = Publisher(
                issuer=issuer,
                hardware_salt=os.urandom(HARDWARE_SALT_BYTES),
                secret_fingerprint=self._fingerprint,
                roots=(root.public.jwk,),
                created_at=at,
            )
            await writer.found(founded)
            epoch = next_epoch([], compromised=False, at=at)
            await begin_epoch(writer, epoch, root=root, issuer=issuer, sealing=self._sealing, at=at)
            offline = fresh_key("offline", None, self._sealing, at=at)
            await writer.add_signing_key(offline.record.in_descriptor())
            await writer.record("publisher.founded", detail={"issuer": issuer}, at=at)
        return Founded(founded, now=True)

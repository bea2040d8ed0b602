"""Request statements for new signing keys from a root key that is kept offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.licensing.domain.obstacles import PublisherMissing
from mooring.server.licensing.domain.signing import STATED_USES, next_epoch
from mooring.server.licensing.domain.statement_request import StatedKey, StatementRequest
from mooring.server.licensing.use_cases.signing.fresh_keys import fresh_key

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.licensing.ports.signing import PublisherStore, Sealing


class RequestStatements:
    """Makes the keys of a new epoch, which sign nothing until the root has stated them."""

    def __init__(self, store: PublisherStore, sealing: Sealing) -> None:
        self._store = store
        self._sealing = sealing

    async def __call__(self, *, compromised: bool = False, at: datetime) -> StatementRequest:
        """Return what the offline computer is to sign; it holds no secret.

        Raises:
            PublisherMissing: The server was never founded.
        """
        async with self._store.changing() as keys:
            publisher = await keys.publisher()
            if publisher is None:
                raise PublisherMissing
            epoch = next_epoch(await keys.signing_keys(), compromised=compromised, at=at)
            stated = []
            for use in STATED_USES:
                record, public = fresh_key(use, epoch, self._sealing, at=at)
                await keys.add_signing_key(record)
                stated.append(StatedKey(use, public.jwk))
        return StatementRequest(publisher.issuer, epoch, tuple(stated))

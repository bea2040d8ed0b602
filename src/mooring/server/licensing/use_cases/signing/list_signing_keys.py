"""List the publisher's signing keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mooring.server.licensing.domain.signing import SigningKeyRecord
    from mooring.server.licensing.ports.signing import PublisherStore


class ListSigningKeys:
    """Reads every signing key there ever was."""

    def __init__(self, store: PublisherStore) -> None:
        self._store = store

    async def __call__(self) -> Sequence[SigningKeyRecord]:
        """Return the keys, oldest first."""
        async with self._store.reading() as keys:
            return await keys.signing_keys()

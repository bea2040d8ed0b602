"""List what the PCs of an account told of their Windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.domain.windows_pcs import WindowsPc
    from mooring.server.licensing.ports.windows_pcs import WindowsPcs


class ListMyWindows:
    """Lists PCs."""

    def __init__(self, pcs: WindowsPcs) -> None:
        self._pcs = pcs

    async def __call__(self, account: AccountRef) -> Sequence[WindowsPc]:
        """Return the account's PCs, by name: never more than an account may have."""
        async with self._pcs.reading() as reader:
            return await reader.pcs_of(account.id)

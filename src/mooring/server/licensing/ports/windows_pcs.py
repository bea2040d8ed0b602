"""Where it is kept what the PCs of accounts told of their Windows, beside which devices are whose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from mooring.core.identifiers import AccountId, DeviceId
    from mooring.server.licensing.domain.windows_pcs import WindowsPc
    from mooring.server.licensing.ports.ledger import HeldSeat


class WindowsPcReader(Protocol):
    """Reads."""

    async def pcs_of(self, account_id: AccountId) -> Sequence[WindowsPc]:
        """Return the account's PCs, by the name they have now and by their id."""
        ...

    async def seats_for(
        self, account_id: AccountId, device_id: DeviceId, *, at: datetime
    ) -> Sequence[HeldSeat]:
        """Return the seats of the account's licenses that this device holds or held; see the ledger."""
        ...


class WindowsPcWriter(WindowsPcReader, Protocol):
    """Changes within one transaction, in which no other changes the same account's PCs."""

    async def keep(self, pc: WindowsPc) -> None:
        """Keep the PC in the place of what was known of it."""
        ...

    async def forget(self, account_id: AccountId, computer: str) -> None:
        """Remove the PC, if it is there."""
        ...

    async def record_consent(self, pc: WindowsPc, *, given: bool, at: datetime) -> None:
        """Write down that the consent was given or withdrawn; that is kept when the PC is forgotten."""
        ...


class WindowsPcs(Protocol):
    """Where it is kept."""

    def reading(self) -> AbstractAsyncContextManager[WindowsPcReader]:
        """Open a view of what is kept."""
        ...

    def changing(self, account_id: AccountId) -> AbstractAsyncContextManager[WindowsPcWriter]:
        """Open a transaction on one account's PCs, kept when the block ends without an exception."""
        ...

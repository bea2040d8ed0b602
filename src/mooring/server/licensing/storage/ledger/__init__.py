"""The ledger in the database: who holds which seat of which license."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from mooring.core.certificate.status_list import MAX_ENTRIES
from mooring.server.licensing.storage.ledger.reading import StoredLedgerReader
from mooring.server.licensing.storage.ledger.writing import StoredLedgerWriter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mooring.server.foundation.database.port import Database
    from mooring.server.licensing.ports.signing import Sealing

__all__ = ["StoredLedger"]


class StoredLedger:
    """Implements :class:`~mooring.server.licensing.ports.ledger.Ledger`."""

    def __init__(self, database: Database, sealing: Sealing, *, status_list_size: int = MAX_ENTRIES) -> None:
        self._database = database
        self._sealing = sealing
        self._status_list_size = status_list_size

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[StoredLedgerReader]:
        """Open a view of what is kept."""
        async with self._database.reading() as session:
            yield StoredLedgerReader(session, self._sealing)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[StoredLedgerWriter]:
        """Open a transaction: kept, durably, when the block ends without an exception."""
        async with self._database.transaction() as transaction:
            yield StoredLedgerWriter(transaction, self._sealing, self._status_list_size)

"""Accounts, passwords and sessions in the database."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from mooring.server.identity.storage.accounts.reading import StoredAccountReader
from mooring.server.identity.storage.accounts.writing import StoredAccountWriter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mooring.server.foundation.database.port import Database
    from mooring.server.record.outbox.writing import Outbox

__all__ = ["StoredAccountReader", "StoredAccountWriter", "StoredAccounts"]


class StoredAccounts:
    """Implements :class:`~mooring.server.identity.ports.accounts.Accounts`."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[StoredAccountReader]:
        """Open a view of what is kept."""
        async with self._database.reading() as session:
            yield StoredAccountReader(session)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[StoredAccountWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        async with self._database.transaction() as transaction:
            yield StoredAccountWriter(transaction, self._outbox)

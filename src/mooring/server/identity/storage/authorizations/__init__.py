"""Authorizations in the database: which device may act for which account."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from mooring.server.identity.storage.authorizations.reading import StoredAuthorizationReader
from mooring.server.identity.storage.authorizations.writing import StoredAuthorizationWriter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mooring.server.foundation.database.port import Database

__all__ = ["StoredAuthorizations"]


class StoredAuthorizations:
    """Implements :class:`~mooring.server.identity.ports.authorizations.Authorizations`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[StoredAuthorizationReader]:
        """Open a view of what is kept."""
        async with self._database.reading() as session:
            yield StoredAuthorizationReader(session)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[StoredAuthorizationWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        async with self._database.transaction() as transaction:
            yield StoredAuthorizationWriter(transaction)

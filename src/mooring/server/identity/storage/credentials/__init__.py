"""Passkeys, authenticators, recovery codes and sessions in the database."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from mooring.server.identity.storage.credentials.reading import StoredCredentialReader
from mooring.server.identity.storage.credentials.writing import StoredCredentialWriter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mooring.server.foundation.database.port import Database
    from mooring.server.foundation.secrets import Secrets
    from mooring.server.record.outbox.writing import Outbox

__all__ = ["StoredCredentialReader", "StoredCredentialWriter", "StoredCredentials"]


class StoredCredentials:
    """Implements :class:`~mooring.server.identity.ports.credentials.Credentials`."""

    def __init__(self, database: Database, secrets: Secrets, outbox: Outbox) -> None:
        self._database = database
        self._secrets = secrets
        self._outbox = outbox

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[StoredCredentialReader]:
        """Open a view of what is kept."""
        async with self._database.reading() as session:
            yield StoredCredentialReader(session, self._secrets)

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[StoredCredentialWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        async with self._database.transaction() as transaction:
            yield StoredCredentialWriter(transaction, self._secrets, self._outbox)

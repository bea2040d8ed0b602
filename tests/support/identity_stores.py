"""The stores of identity for tests: in memory, and the real ones in a throwaway database."""

from contextlib import asynccontextmanager

from sqlalchemy import select

from mooring.server.foundation.database.statement import Statement
from mooring.server.foundation.secrets import Secrets
from mooring.server.identity.domain.credentials.authenticator import Authenticator
from mooring.server.identity.storage.accounts import StoredAccounts
from mooring.server.identity.storage.authorizations import StoredAuthorizations
from mooring.server.identity.storage.credentials import StoredCredentials
from mooring.server.identity.storage.identities import StoredIdentities
from mooring.server.record.outbox.writing import Outbox
from mooring.server.record.tables import events
from tests.support.certificates import AT
from tests.support.databases import a_database
from tests.support.identity_in_memory import FakeIdentity


@asynccontextmanager
async def an_identity(kind, folder):
    """Give empty stores: in ``memory``, or in a database of this kind."""
    if kind == "memory":
        yield FakeIdentity()
        return
    async with a_database(kind, folder) as database:
        yield StoredIdentity(database)


class StoredIdentity:
    """The real stores."""

    async def protect(self, account):
        """Give the account a second factor."""
        authenticator = Authenticator(account_id=account.id, secret=b"s" * 20, created_at=AT, confirmed_at=AT)
        async with self.credentials.changing() as writer:
            await writer.save_authenticator(authenticator)

    def __init__(self, database):
        self.database = database
        outbox = Outbox(Secrets(bytes(range(32))))
        self.accounts = StoredAccounts(self.database, outbox)
        self.identities = StoredIdentities(self.database, outbox)
        self.credentials = StoredCredentials(self.database, Secrets(bytes(range(32))), outbox)
        self.authorizations = StoredAuthorizations(self.database)

    async def events(self):
        statement = Statement(select(events).order_by(events.c.at, events.c.id))
        async with self.database.reading() as session:
            rows = await session.fetch(statement)
        return [
            (row.kind, row.account_id, row.detail)
            for row in rows
            if (row.actor_kind, row.actor_id) == ("account", row.account_id)
        ]

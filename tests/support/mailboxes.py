"""The web application where mails reach people, and their mailboxes: what waits in the outbox, opened."""

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import argon2
from sqlalchemy import select

from mooring.server.bootstrap import build_identity
from mooring.server.bootstrap.staff import build_staff
from mooring.server.foundation.database.port import Database
from mooring.server.foundation.database.statement import Statement
from mooring.server.foundation.secrets import Secrets
from mooring.server.identity.storage.accounts import StoredAccounts
from mooring.server.identity.storage.argon_passwords import ArgonPasswords
from mooring.server.identity.storage.authorizations import StoredAuthorizations
from mooring.server.identity.storage.credentials import StoredCredentials
from mooring.server.identity.storage.recovery import StoredRecoveries
from mooring.server.identity.storage.sealed_texts import ServerSealedTexts
from mooring.server.identity.storage.staff import StoredStaff
from mooring.server.identity.storage.token_secrets import ServerTokenSecrets
from mooring.server.licensing.storage.new_holders.withdrawing import OfferWithdrawal
from mooring.server.record.outbox.mail import Value
from mooring.server.record.outbox.tables import outbox
from mooring.server.record.outbox.writing import Outbox, unsealed
from mooring.server.web.app import WebApp
from tests.support.web_apps import CHEAP, Door, a_door

_ALL = Statement(select(outbox).order_by(outbox.c.id))


@dataclass(frozen=True)
class Received:
    """A mail that waits to be sent."""

    kind: str
    to: str
    language: str
    values: dict[str, Value]

    @property
    def code(self) -> str:
        return str(self.values["code"])

    @property
    def link(self) -> str:
        """Where its button leads, as a request line has it."""
        parts = urlsplit(str(self.values["link"]))
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    @property
    def wrong_code(self) -> str:
        return str((int(self.code) + 1) % 1_000_000).zfill(6)


@dataclass(frozen=True)
class Mailboxes:
    """Every mail that was written, the first first."""

    database: Database
    secrets: Secrets

    async def all(self, kind: str | None = None) -> list[Received]:
        async with self.database.reading() as session:
            rows = await session.fetch(_ALL)
        mails = [
            Received(row.kind, to, row.language, values)
            for row in rows
            for to, values in [unsealed(self.secrets, row.id, row.sealed_content)]
        ]
        return [mail for mail in mails if kind is None or mail.kind == kind]

    async def latest(self, kind: str) -> Received:
        return (await self.all(kind))[-1]

    async def kinds(self) -> list[str]:
        return [mail.kind for mail in await self.all()]


def a_door_with_mail(
    folder: Path, *, proves_sign_ups: bool = True, hasher: argon2.PasswordHasher = CHEAP
) -> tuple[Door, Mailboxes]:
    """Return the web application over stand-ins, and where its mails can be read. Close it at the end."""
    door = a_door(folder)
    services, secrets = door.services, Secrets.generate()
    database, mails = services.database, Outbox(secrets)
    identity = build_identity(
        StoredAccounts(database, mails),
        StoredAuthorizations(database),
        StoredCredentials(database, secrets, mails),
        ServerTokenSecrets(secrets),
        ServerSealedTexts(secrets),
        passwords=ArgonPasswords(hasher),
        budgets=services.budgets,
        addresses=services.addresses,
        recoveries=StoredRecoveries(database, secrets, mails, OfferWithdrawal(secrets, mails)),
        proves_sign_ups=proves_sign_ups,
    )
    staff = build_staff(
        StoredStaff(database, secrets, mails),
        ServerTokenSecrets(secrets),
        ServerSealedTexts(secrets),
        budgets=services.budgets,
        addresses=services.addresses,
        mailing="sent",
    )
    services = replace(services, identity=replace(identity, staff=staff))
    with_mail = Door(WebApp(services), door.stand_ins, door.clock, services)
    return with_mail, Mailboxes(database, secrets)

"""Those who work here, in tests: their doors, their browsers, and the app on their phones."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, select, update

from mooring.server.bootstrap import build_identity
from mooring.server.bootstrap.staff import build_staff
from mooring.server.foundation.database.statement import Statement
from mooring.server.foundation.secrets import Secrets
from mooring.server.identity.storage.accounts import StoredAccounts
from mooring.server.identity.storage.argon_passwords import ArgonPasswords
from mooring.server.identity.storage.authorizations import StoredAuthorizations
from mooring.server.identity.storage.credentials import StoredCredentials
from mooring.server.identity.storage.sealed_texts import ServerSealedTexts
from mooring.server.identity.storage.staff import StoredStaff
from mooring.server.identity.storage.tables import accounts
from mooring.server.identity.storage.token_secrets import ServerTokenSecrets
from mooring.server.record.outbox.writing import Outbox
from mooring.server.record.tables import events
from mooring.server.web.app import WebApp
from tests.support.authenticators import App, codes_on
from tests.support.clients import AsgiClient, Client
from tests.support.visitors import Visitor, location, said
from tests.support.web_apps import CHEAP, Door, a_door

STEP_TWO = "/sign-in/second-factor"
SET_UP = f"{STEP_TWO}/set-up"
OWNER = "ada@harbor.example"

_BE = Statement(
    update(accounts)
    .where(accounts.c.email_key == bindparam("who"))
    .values(staff_role=bindparam("role"), verified_at=bindparam("proven"))
)
_STAFF = Statement(select(accounts).where(accounts.c.staff_role.is_not(None)).order_by(accounts.c.id))
_ACCOUNT = Statement(select(accounts).where(accounts.c.email_key == bindparam("who")))
_EVENTS = Statement(select(events).where(events.c.kind.like("staff.%")).order_by(events.c.id))


def a_door_without_mail(folder: Path) -> Door:
    """Return the web application of a server without mails, at which people work. Close it at the end."""
    door, secrets = a_door(folder), Secrets.generate()
    services, outbox = door.services, Outbox(secrets)
    tokens, sealed = ServerTokenSecrets(secrets), ServerSealedTexts(secrets)
    identity = build_identity(
        StoredAccounts(services.database, outbox),
        StoredAuthorizations(services.database),
        StoredCredentials(services.database, secrets, outbox),
        tokens,
        sealed,
        passwords=ArgonPasswords(CHEAP),
        budgets=services.budgets,
        addresses=services.addresses,
    )
    staff = build_staff(
        StoredStaff(services.database, secrets, outbox),
        tokens,
        sealed,
        budgets=services.budgets,
        addresses=services.addresses,
        mailing="kept",
    )
    services = replace(services, identity=replace(identity, staff=staff))
    return Door(WebApp(services), door.stand_ins, door.clock, services)


async def be(door: Door, email: str, role: str | None, *, proven: bool = True) -> None:
    """Let the owner of the account be ``role``, as if an operator had said so."""
    async with door.services.database.transaction() as transaction:
        at = door.clock.now() if proven else None
        assert await transaction.execute(_BE, who=email, role=role, proven=at) == 1


async def roles(door: Door) -> dict[str, str]:
    """Return who works here, by address."""
    async with door.services.database.reading() as session:
        return {row.email: row.staff_role for row in await session.fetch(_STAFF)}


async def account_id(door: Door, email: str) -> str:
    async with door.services.database.reading() as session:
        row = await session.fetch_one(_ACCOUNT, who=email)
    assert row is not None
    return str(row.id)


async def acts(door: Door) -> list[tuple[str, str, str | None, dict[str, Any]]]:
    """Return what became of the staff: what, who did it, to whom, and what else is known."""
    async with door.services.database.reading() as session:
        rows = await session.fetch(_EVENTS)
    return [(row.kind, row.actor_id or row.actor_kind, row.account_id, row.detail) for row in rows]


class Employee(Visitor):
    """The browser of somebody who works here, and the app on their phone."""

    def __init__(self, door: Door, client: Client | None = None) -> None:
        super().__init__(client or AsgiClient(door.app))
        self.door = door
        self.email = ""
        self.app: App | None = None
        self.codes: list[str] = []

    async def join(self, email: str, role: str = "owner") -> "Employee":
        """Have an account, be ``role``, sign in and set up an app; leave the code's minute behind."""
        self.email = email
        await self.have_account(email)
        await be(self.door, email, role)
        self.cookies.pop("mooring", None)
        assert location(await self.sign_in(email)) == STEP_TWO
        assert location(await self.get(STEP_TWO)) == SET_UP
        await self.set_up()
        return self

    async def have_account(self, email: str) -> None:
        """Sign up, without a code from a mail: the tests of signing up type those."""
        self.email = email
        services = self.door.services.identity
        recovery = services.recovery
        assert recovery is None or recovery.begin_sign_up is None, "this door proves addresses at sign-up"
        assert (await self.sign_up(email)).status == 303

    async def set_up(self) -> None:
        """Set the app up that is asked for."""
        self.app = App(said(await self.get(SET_UP)))
        code = self.app.shows(self.door.clock.now())
        shown = await self.submit(SET_UP, SET_UP, code=code)
        assert shown.status == 200, said(shown)
        self.codes = codes_on(said(shown))
        self.door.clock.forward(minutes=1)

    async def enter(self, next_page: str = "") -> str:
        """Sign in anew with both factors, and return where that leads."""
        assert location(await self.sign_in(self.email, next_page=next_page)) == STEP_TWO
        assert self.app is not None
        code = self.app.shows(self.door.clock.now())
        entered = await self.submit(STEP_TWO, STEP_TWO, code=code)
        self.door.clock.forward(minutes=1)
        return location(entered)

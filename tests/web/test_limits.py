"""Limits at the door: a thousand honest devices never meet one, whoever does is told which, owners get in."""

from datetime import timedelta

import pytest

from mooring.core.refusals import KeyUnknown
from mooring.server.foundation.budgets.budget import BudgetSpent, Level
from mooring.server.identity.use_cases.accounts.limits import BY_PERSON
from tests.support.budgets import spend
from tests.support.clients import AsgiClient, Reply
from tests.support.devices import SimulatedDevice
from tests.support.oauth_devices import CLIENT, OAuthDevice
from tests.support.visitors import PASSWORD, Visitor
from tests.support.web_apps import Door

KEY = "BCDFG-HJKMN-PQRTV-WXY23-46789"
EMAIL = "mia@outlook.example"


async def test_a_thousand_honest_devices_behind_one_address_are_never_limited(door: Door, client: AsgiClient):
    # Every fourth person mistypes the key, which is told, and is no guess.
    statuses: set[int] = set()
    for number in range(1000):
        device = SimulatedDevice(client, clock=door.clock.now)
        if number % 4 == 0:
            mistyped = await device.activate(KEY.replace("B", "C", 1))
            assert (mistyped.status, mistyped.code) == (422, "key_malformed")
        statuses.add((await device.activate(KEY)).status)
        statuses.add((await device.renew()).status)
        validation = {"product": "harbor-notes", "product_key": KEY}
        statuses.add((await device.post("/v1/validations", validation)).status)
    assert statuses == {200, 201}


def told(reply: Reply) -> tuple[int, bool, str | None]:
    """Return the status, whether it is said when to come back, and which budget is spent."""
    spent = (reply.header("ratelimit") or "").split(";")[0].strip('"') or None
    return reply.status, int(reply.header("retry-after") or 0) > 0, spent


async def test_every_429_says_when_to_come_back_and_which_budget_is_spent(
    door: Door, client: AsgiClient, device: SimulatedDevice
):
    visitor = Visitor(client)
    await visitor.sign_up(EMAIL)
    guesser = Visitor(client)
    for _ in range(10):
        await guesser.sign_in(EMAIL, "a wrong password")
        await visitor.get("/device?user_code=BBBB-BBBB")
    of_passwords = (429, True, "passwords-of-person-and-place")
    assert told(await guesser.sign_in(EMAIL)) == of_passwords
    assert told(await guesser.sign_up(EMAIL)) == of_passwords
    assert told(await visitor.get("/device?user_code=BBBB-BBBB")) == (429, True, "user-codes-of-account")

    program = OAuthDevice(client, clock=door.clock.now)
    for _ in range(20):
        await program.begin()
    too_many = await program.ask("/oauth/device_authorization", client_id=CLIENT)
    assert told(too_many) == (429, True, "device-codes-of-installation")

    door.stand_ins.activate_answer = KeyUnknown()
    for _ in range(30):
        await SimulatedDevice(client, clock=door.clock.now).activate(KEY)
    assert told(await device.activate(KEY)) == (429, True, "unknown-keys")
    for _ in range(600):
        reply = await device.activate(KEY)
    assert told(reply) == (429, True, "installation")


async def test_what_is_under_way_is_told_as_such(door: Door, client: AsgiClient, monkeypatch):
    async def crowded(*_args: object, **_named: object) -> None:
        raise BudgetSpent(Level("attempts-of-place", 12, None, 0, 5))

    monkeypatch.setattr(type(door.services.identity.sign_in), "__call__", crowded)
    reply = await Visitor(client).sign_in()
    assert told(reply) == (429, True, "attempts-of-place")
    assert reply.header("ratelimit-policy") == '"attempts-of-place";q=12;qu="concurrent-requests"'


@pytest.fixture
async def owner(client: AsgiClient) -> Visitor:
    """Mia's own browser; she has signed out."""
    owner = Visitor(client)
    await owner.sign_up(EMAIL)
    await owner.submit("/", "/sign-out")
    return owner


async def test_nobody_can_lock_the_owner_out_of_her_own_browser(
    door: Door, client: AsgiClient, owner: Visitor
):
    await spend(door.services.budgets, BY_PERSON, EMAIL, at=door.clock.at)
    assert (await Visitor(client).sign_in(EMAIL)).status == 429
    assert (await owner.sign_in(EMAIL)).status == 303
    door.clock.forward(days=364)
    await spend(door.services.budgets, BY_PERSON, EMAIL, at=door.clock.at)
    assert (await owner.sign_in(EMAIL)).status == 303


async def test_a_browser_is_forgotten_after_a_year_and_known_to_nobody_else(
    door: Door, client: AsgiClient, owner: Visitor
):
    kept = owner.cookies["mooring-known"]
    await Visitor(client).sign_up("tom@outlook.example")
    door.clock.forward(days=365)
    for email in (EMAIL, "tom@outlook.example"):
        await spend(door.services.budgets, BY_PERSON, email, at=door.clock.at)
        owner.cookies = {"mooring-known": kept}
        assert (await owner.sign_in(email)).status == 429
    door.clock.at -= timedelta(seconds=1)
    assert (await owner.sign_in(EMAIL, PASSWORD)).status == 303


async def test_who_changed_the_password_stays_known_in_that_browser_and_in_no_other(
    door: Door, client: AsgiClient, owner: Visitor
):
    another = Visitor(client)
    await another.sign_in(EMAIL)
    await owner.sign_in(EMAIL)
    door.clock.forward(seconds=1)
    page = "/account/security/password"
    await owner.submit(page, page, current=PASSWORD, password="another horse entirely")
    await owner.submit("/", "/sign-out")
    await spend(door.services.budgets, BY_PERSON, EMAIL, at=door.clock.at)
    assert (await another.sign_in(EMAIL, "another horse entirely")).status == 429
    assert (await owner.sign_in(EMAIL, "another horse entirely")).status == 303


async def test_what_a_browser_is_known_by_opens_nothing(client: AsgiClient, owner: Visitor):
    thief = Visitor(client)
    thief.cookies["mooring-known"] = owner.cookies["mooring-known"]
    assert (await thief.get("/device")).status == 303
    replies = [await thief.sign_in(EMAIL, f"wrong number {number}") for number in range(11)]
    assert [reply.status for reply in replies] == [403] * 10 + [429]
    assert (await Visitor(client).sign_in(EMAIL)).status == 303

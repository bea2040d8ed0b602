"""Servers that share a database count guesses together; what is no guess costs the database nothing."""

import asyncio
from collections import Counter

import pytest

from mooring.server.identity.use_cases.accounts.limits import BY_SITE, NEW_BY_PLACE, NEW_BY_SITE
from tests.e2e.workers.conftest import MakeServer
from tests.support.computers import a_computer
from tests.support.devices import SimulatedDevice
from tests.support.servers import Server
from tests.support.visitors import Form, Visitor, said

UNKNOWN = "BCDFG-HJKMN-PQRTV-WXY23-46789"


@pytest.fixture(scope="module")
def servers(served: MakeServer) -> list[Server]:
    """Two servers as on two machines, the first with two workers."""
    here = served(2)
    here.found()
    shared = {"MOORING_DATABASE_URL", "MOORING_PUBLIC_URL", "MOORING_DATA_DIR"}
    there = Server(here.folder, workers=1, **{name: here.environ[name] for name in shared})
    here.start()
    there.start()
    yield [here, there]
    there.stop()


def at(server: Server, device: SimulatedDevice) -> SimulatedDevice:
    """Let ``device`` speak to ``server``, by the address that all of them are known by."""
    device.client = server.client()
    return device


def rows(server: Server, query: str) -> list[tuple[object, ...]]:
    with server.looking() as look:
        return look.query(query)


async def test_an_honest_device_costs_no_budget_in_the_database(servers: list[Server]):
    (key,) = servers[0].mint(1)
    device = servers[0].device(computer=a_computer(1))
    assert (await device.activate(key)).status == 201
    for _ in range(5):
        assert (await device.renew()).status == 200
    assert rows(servers[0], "SELECT count(*) FROM budgets") == [(0,)]


async def test_wrong_passwords_are_counted_by_all_servers_together(servers: list[Server]):
    assert (await Visitor(servers[0].client()).sign_up()).status == 303

    async def guess(number: int) -> int:
        return (await Visitor(servers[number % 2].client()).sign_in(password=f"wrong number {number}")).status

    one_after_another = [await guess(number) for number in range(13)]
    assert one_after_another == [403] * 10 + [429] * 3


async def test_wrong_passwords_at_the_same_moment_are_counted_by_all_servers_together(servers: list[Server]):
    email = "tom@outlook.example"
    assert (await Visitor(servers[1].client()).sign_up(email)).status == 303

    async def prepared(number: int) -> tuple[Visitor, dict[str, str]]:
        visitor = Visitor(servers[number % 2].client())
        form = Form(said(await visitor.get("/sign-in")), "/sign-in")
        return visitor, form.fields | {"email": email, "password": f"wrong number {number}"}

    forms = [await prepared(number) for number in range(24)]
    replies = await asyncio.gather(*(visitor.post("/sign-in", fields) for visitor, fields in forms))
    assert Counter(reply.status for reply in replies) == {403: 10, 429: 14}


async def test_unknown_keys_are_counted_by_all_servers_together(servers: list[Server]):
    codes = []
    for number in range(33):
        device = at(servers[number % 2], servers[0].device(computer=a_computer(2)))
        codes.append((await device.activate(UNKNOWN)).code)
    assert codes == ["key_unknown"] * 30 + ["rate_limited"] * 3
    (key,) = servers[0].mint(1)
    honest = at(servers[1], servers[0].device(computer=a_computer(3)))
    assert (await honest.activate(key)).status == 201


async def test_wrong_user_codes_are_counted_by_all_servers_together(servers: list[Server]):
    person, elsewhere = Visitor(servers[0].client()), Visitor(servers[1].client())
    elsewhere.cookies = person.cookies
    assert (await person.sign_up("ann@outlook.example")).status == 303
    visits = [person, elsewhere] * 6
    statuses = [(await each.get("/device?user_code=BBBB-BBBB")).status for each in visits]
    assert statuses == [422] * 10 + [429] * 2


async def test_new_accounts_of_a_place_are_counted_by_all_servers_together(servers: list[Server]):
    for server in servers:
        assert (await Visitor(server.client()).sign_up(f"p{server.port}@outlook.example")).status == 303
    spacing = NEW_BY_SITE.spacing
    assert spacing not in {budget.spacing for budget in (BY_SITE, NEW_BY_PLACE)}
    assert rows(servers[0], f"SELECT count(*) FROM budgets WHERE spacing = {spacing}") == [(1,)]


async def test_no_name_of_a_budget_is_in_the_database(servers: list[Server]):
    names = [bytes(name) for (name,) in rows(servers[0], "SELECT name FROM budgets")]
    assert names
    assert all(len(name) == 16 for name in names)

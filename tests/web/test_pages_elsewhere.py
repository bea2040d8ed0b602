"""Signing in elsewhere on the pages: browsers stay known on the way back, and what proves it is offered."""

import re
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.domain.federation.logout_token import LoggedOut
from mooring.server.identity.domain.federation.refusals import ProviderUnavailable
from mooring.server.record.outbox.tables import outbox
from tests.support.authenticators import App
from tests.support.clients import AsgiClient
from tests.support.federation import MIA, FakeProvider
from tests.support.visitors import Visitor, location, said
from tests.support.web_apps import a_door

SECURITY = "/account/security"
ADD, AGAIN = f"{SECURITY}/identities/add", f"{SECURITY}/again"
ADD_APP = f"{SECURITY}/authenticator/add"


@pytest.fixture
def provider():
    return FakeProvider()


@pytest.fixture
async def door(tmp_path, provider):
    door = a_door(tmp_path, providers={"a": provider})
    yield door
    await door.close()


@pytest.fixture
def client(door):
    return AsgiClient(door.app)


async def sign_in_elsewhere(visitor, provider, page="/sign-in", action="/sign-in/with/a"):
    """Press the button, agree at the provider, and come back as browsers do: by a link from another site."""
    assert (await visitor.submit(page, action)).status == 200
    attempt, _ = provider.begun[-1]
    return await visitor.get(f"/cb/a?code=c&state={attempt.state}")


async def new_sign_ins(door):
    async with door.services.database.reading() as session:
        rows = await session.fetch(Statement(select(outbox)))
    return [row.kind for row in rows].count("new_sign_in")


async def with_identity(visitor, provider):
    """Sign up with a password, and add an account elsewhere."""
    await visitor.sign_up()
    assert (await visitor.submit(f"{ADD}?provider=a", ADD)).status == 200
    attempt, _ = provider.begun[-1]
    assert (await visitor.get(f"/cb/a?code=c&state={attempt.state}")).status == 303
    return visitor


async def ways_offered(visitor):
    page = said(await visitor.get(AGAIN))
    return 'type="password"' in page, "/sign-in/with/a" in page


async def test_a_browser_stays_known_on_its_way_back_from_a_provider(door, client, provider):
    mia = await with_identity(Visitor(client), provider)
    told = await new_sign_ins(door)
    for _ in range(2):
        await mia.submit("/", "/sign-out")
        assert (await sign_in_elsewhere(mia, provider)).status == 303
        assert (await mia.get(SECURITY)).status == 200
    assert await new_sign_ins(door) == told
    assert (await sign_in_elsewhere(Visitor(client), provider)).status == 303
    assert await new_sign_ins(door) == told + 1


async def test_coming_back_leaves_the_browser_known_to_others(door, client, provider):
    shared = Visitor(client)
    await shared.sign_up("tom@outlook.example")
    await shared.submit("/", "/sign-out")
    await with_identity(Visitor(client), provider)
    assert (await sign_in_elsewhere(shared, provider)).status == 303
    assert len(shared.cookies["mooring-known"].split(".")) == 2


async def test_what_a_browser_is_known_by_comes_along_on_a_link_from_a_provider(client, provider):
    flags = [value for _, value in (await Visitor(client).sign_up()).headers if "-known=" in value]
    assert [re.search(r"SameSite=(\w+)", each)[1] for each in flags] == ["Lax"]


async def test_a_providers_own_server_signs_somebody_out(client, provider):
    mia = Visitor(client)
    await sign_in_elsewhere(mia, provider)
    provider.told = LoggedOut(MIA.issuer, "1", "sid", None)
    form = urlencode({"logout_token": "a token"}).encode()
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    ended = await client.send("POST", "/sign-out/by-provider/a", headers, form)
    assert (ended.status, ended.body, ended.header("cache-control")) == (200, b"", "no-store")
    assert provider.logged_out_by == ["a token"]
    assert (await mia.get(SECURITY)).status == 303
    again = await client.send("POST", "/sign-out/by-provider/a", headers, form)
    assert (again.status, again.json()["error"]) == (400, "invalid_request")
    assert again.json()["error_description"] == "the logout token fails at replayed"
    assert (await client.send("POST", "/sign-out/by-provider/b", headers, form)).status == 404
    provider.fails_with = ProviderUnavailable("away")
    assert (await client.send("POST", "/sign-out/by-provider/a", headers, form)).status == 503


@pytest.mark.parametrize("tells_when", [True, False])
async def test_a_provider_that_does_not_tell_when_is_no_way_to_prove_it_again(client, provider, tells_when):
    provider.tells_when = tells_when
    mia = await with_identity(Visitor(client), provider)
    assert await ways_offered(mia) == (True, tells_when)


async def test_where_a_code_is_asked_for_afterwards_any_provider_is_one(door, client, provider):
    provider.tells_when = False
    mia = await with_identity(Visitor(client), provider)
    app = App(said(await mia.get(ADD_APP)))
    assert (await mia.submit(ADD_APP, ADD_APP, code=app.shows(door.clock.now()))).status == 200
    door.clock.forward(minutes=11)
    assert await ways_offered(mia) == (True, True)
    back = await sign_in_elsewhere(mia, provider, page=f"{AGAIN}?next={SECURITY}/passkeys/add")
    assert location(back) == "/sign-in/second-factor"


async def test_who_has_nothing_else_proves_it_at_the_provider(door, client, provider):
    provider.tells_when = False
    mia = Visitor(client)
    await sign_in_elsewhere(mia, provider)
    assert await ways_offered(mia) == (False, True)
    door.clock.forward(minutes=11)
    wish = location(await mia.get(ADD_APP))
    assert location(await sign_in_elsewhere(mia, provider, page=wish)) == ADD_APP
    assert (await mia.get(ADD_APP)).status == 200

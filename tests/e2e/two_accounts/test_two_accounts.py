"""Two people at one server: nothing of one is reachable by the other, whatever ids or tokens are sent."""

import re

import pytest

from tests.e2e.two_accounts.conftest import Routes
from tests.support.clients import Reply
from tests.support.two_accounts.api import API, not_granted
from tests.support.two_accounts.console import CONSOLE_PAGES
from tests.support.two_accounts.pages import PAGES
from tests.support.two_accounts.people import World
from tests.support.two_accounts.security import SECURITY_PAGES
from tests.support.two_accounts.trying import SOMEBODY_ELSE, Walk, changed, filled_with_mias, form, renew_as
from tests.support.visitors import Visitor

WALK: dict[str, Walk] = (
    API | PAGES | SECURITY_PAGES | CONSOLE_PAGES | {"POST /sign-out": form("/sign-out", 303)}
)
"""What Tom tries at each route, and what he is answered. Signing out comes last."""

HERS = {
    "accounts",
    "licenses",
    "activations",
    "grants",
    "sessions",
    "passkeys",
    "identities",
    "mail_tokens",
    "handovers",
    "windows_pcs",
    "consents",
    "device_names",
}
"""The tables in which Mia has something to lose."""

LANGUAGES = re.compile('<nav class="languages".*?</nav>', re.DOTALL)


def leaked(reply: Reply, secrets: set[str], asked: str) -> list[str]:
    """Return what an answer tells of Mia. Links to other languages repeat what was asked for."""
    links = "".join(LANGUAGES.findall(reply.body.decode()))
    said = f"{reply.headers} {LANGUAGES.sub('', reply.body.decode())}"
    return [each for each in secrets if each in said or (each in links and each not in asked)]


async def test_the_walk_covers_every_route(routes: Routes):
    assert set(WALK) == routes.names


@pytest.mark.parametrize("server", [1, 2], ids=["embedded", "two workers"], indirect=True, scope="module")
async def test_nothing_of_one_is_reachable_by_the_other(world: World):
    before, secrets = world.mia.rows(world.server), world.secrets()
    assert {name for name in before if before[name]} >= HERS
    for name, tries in WALK.items():
        for number, (trying, allowed) in enumerate(tries(world)):
            reply = await trying
            where = f"{name}, try {number}: {reply.status} {reply.body.decode()[:400]}"
            assert reply.status in allowed, where
            assert not leaked(reply, secrets, world.tom.client.asked), where
            assert world.mia.rows(world.server) == before, where
    await mia_goes_on(world)


async def test_a_token_of_the_other_is_worth_nothing_anywhere(world: World, routes: Routes):
    before, secrets = world.mia.rows(world.server), world.secrets()
    thief = world.tom.computer
    own = thief.token
    ids = {
        "activations": world.mia.activations[0],
        "devices": world.mia.devices[0],
        "handovers": world.keys.handover,
    }
    for route in (route for route in routes.api if route.account != "none"):
        path = route.path.replace("{id}", ids.get(route.path.partition("/{id}")[0].rpartition("/")[2], ""))
        for token in (world.mia.computer.token, changed(str(own)), SOMEBODY_ELSE, world.mia.refresh_token):
            thief.token = token
            reply = await thief.say(route.method, path, {})
            assert (reply.status, reply.code) == (401, "sign_in_required"), (route, reply)
            assert not [secret for secret in secrets if secret in reply.body.decode()]
    assert world.mia.rows(world.server) == before
    await mia_goes_on(world)


async def test_a_form_of_the_other_is_worth_nothing_anywhere(world: World, routes: Routes):
    before = world.mia.rows(world.server)
    hers = await world.form("/account", "/sign-out", world.mia)
    # A form of the console is not there at all for who does not work here: the walk above tries it.
    posted = [route for route in routes.pages if route.method == "POST" and route.staff is None]
    for route in posted:
        for path in filled_with_mias(route.path, world):
            reply = await world.tom.browser.post(path, hers)
            assert reply.status == 403, (path, reply.body)
    assert len(posted) >= 10
    assert world.mia.rows(world.server) == before
    await mia_goes_on(world)


async def test_a_changed_session_is_nobodys(world: World, routes: Routes):
    before, secrets = world.mia.rows(world.server), world.secrets()
    stranger = Visitor(world.server.client())
    for route in (route for route in routes.pages if route.signed_in and route.method == "GET"):
        for path in filled_with_mias(route.path, world):
            stranger.cookies["mooring"] = changed(world.mia.browser.cookies["mooring"])
            reply = await stranger.get(path)
            assert reply.status == 303, (path, reply.body)
            target = dict(reply.headers)["location"]
            assert target.startswith("/sign-in?next="), target
            said = target + reply.body.decode()
            assert not [secret for secret in secrets if secret in said and secret not in path]
    assert world.mia.rows(world.server) == before


async def mia_goes_on(world: World) -> None:
    """Everything of Mia's still works: her browsers, her tokens, her computers, and her code."""
    mia = world.mia
    assert (await world.keys.elsewhere.get("/account")).status == 200
    page = await mia.browser.get("/account")
    assert page.status == 200
    for name in (*mia.devices, *mia.licenses):
        assert name in page.body.decode()
    for computer in mia.computers:
        assert (await renew_as(computer, computer.activation_id)).status == 200
        assert (await computer.signed("GET", "/v1/me")).json() == mia.mine["account"]
    # A walk may take longer than a code lasts: that Tom spoils none is tried with one of this moment.
    code = await mia.new_code()
    refused = await not_granted(world.tom.computer, lambda: world.tom.computer.redeem(code))
    assert refused.status == 400
    mia.computer.token = None
    assert (await mia.computer.redeem(code)).status == 200
    mia.computers[1].token = None
    assert (await mia.computers[1].refresh(mia.refresh_token)).status == 200

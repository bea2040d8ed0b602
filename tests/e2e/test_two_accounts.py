"""Two people at one server: nothing of one is reachable by the other, whatever ids or tokens are sent."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from mooring.core.identifiers import new_activation_id, new_device_id
from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.web.api.routes import api_routes
from mooring.server.web.http.dispatcher import Route
from mooring.server.web.http.limits import Limits
from mooring.server.web.http.proofs.doorkeeper import Doorkeeper
from mooring.server.web.http.proofs.nonces import Nonces
from mooring.server.web.http.proofs.seen import RememberedProofs
from mooring.server.web.oauth.endpoints import OAuthEndpoints
from mooring.server.web.pages.routes import page_routes
from mooring.server.web.pages.visiting.cookies import CookieNames
from mooring.server.web.pages.visiting.door import PageRoute
from mooring.server.web.site import ADDRESSES
from mooring.server.web.watch.metrics import Metrics
from tests.support.clients import Reply
from tests.support.devices import now
from tests.support.held_licenses import HeldLicenses
from tests.support.oauth_devices import CLIENT, OAuthDevice
from tests.support.servers import Server
from tests.support.two_people import Person, World
from tests.support.visitors import Visitor
from tests.support.web_apps import a_door

SOMEBODY_ELSE = "c" * 43
"""A token's shape, and nobody's token."""


class Routes(NamedTuple):
    """Everything that the server answers."""

    api: tuple[Route, ...]
    pages: tuple[PageRoute, ...]
    names: set[str]


Try = tuple[Awaitable[Reply], set[int]]
NOT_FOUND = {404}


def activations(world: World) -> list[Try]:
    """Activate with what is Mia's; with her key Tom may learn that it is held, and no more."""
    tom, mia = world.tom.computer, world.mia
    return [
        (tom.activate(mia.keys[0]), {403}),
        (tom.activate(license_id=mia.licenses[0]), NOT_FOUND),
        (tom.activate(license_id=mia.licenses[1], device_id=mia.devices[1]), {404, 422}),
    ]


def renewals(world: World) -> list[Try]:
    return [(renew_as(world.tom.computer, name), NOT_FOUND) for name in world.mia.activations]


async def as_anybody(computer: OAuthDevice, path: str, document: object) -> Reply:
    """Ask at a route that takes no sign-in: the installation's key alone asks."""
    token, computer.token = computer.token, None
    reply = await computer.post(path, document)
    computer.token = token
    return reply


async def renew_as(computer: OAuthDevice, activation_id: str) -> Reply:
    body = {"sequence": computer.sequence, "hardware": computer.hardware(), "app_version": "1.0"}
    return await as_anybody(computer, f"/v1/activations/{activation_id}/renewals", body)


def each_activation(method: str, suffix: str = "") -> "Walk":
    def tries(world: World) -> list[Try]:
        names = [*world.mia.activations, new_activation_id(now())]
        paths = [f"/v1/activations/{name}{suffix}" for name in names]
        return [(world.tom.computer.signed(method, path), NOT_FOUND) for path in paths]

    return tries


def link(world: World) -> list[Try]:
    tom, mia = world.tom.computer, world.mia
    paths = [f"/v1/activations/{name}/link" for name in mia.activations]
    own = f"/v1/activations/{tom.activation_id}/link"
    return [
        *((tom.put(path, {}), NOT_FOUND) for path in paths),
        *((tom.put(path, {"product_key": mia.keys[0]}), NOT_FOUND) for path in paths),
        (tom.put(own, {"product_key": mia.keys[0]}), {404, 409, 422}),
    ]


def claims(world: World) -> list[Try]:
    return [(world.tom.computer.post("/v1/me/claims", {"product_key": key}), {409}) for key in world.mia.keys]


def list_of(what: str) -> "Walk":
    def tries(world: World) -> list[Try]:
        tom, mia = world.tom.computer, world.mia
        names = {
            "devices": mia.devices,
            "licenses": mia.licenses,
            "events": [each["id"] for each in mia.mine["events"]],
        }[what]
        asked = ["", "?limit=200", *(f"?cursor={name}&limit=1" for name in names)]
        account = f"?account={mia.mine['account']['id']}&account_id={mia.mine['account']['id']}"
        return [(tom.signed("GET", f"/v1/me/{what}{query}"), {200}) for query in (*asked, account)]

    return tries


def rename(world: World) -> list[Try]:
    names = [*world.mia.devices, new_device_id(now())]
    say = world.tom.computer.say
    return [(say("PATCH", f"/v1/me/devices/{name}", {"name": "Tom's now"}), NOT_FOUND) for name in names]


def free(world: World) -> list[Try]:
    names = [*world.mia.devices, new_device_id(now())]
    return [(world.tom.computer.signed("DELETE", f"/v1/me/devices/{name}"), NOT_FOUND) for name in names]


def free_all(world: World) -> list[Try]:
    account = {"account": world.mia.mine["account"]["id"], "device_id": world.mia.devices[0]}
    return [(world.tom.computer.post("/v1/me/devices/free-all", account), {200})]


def on_mias_hardware(world: World) -> OAuthDevice:
    """Tom's installation, which says that it is on Mia's computer."""
    tom = world.tom.computers[1]
    tom.computer = world.mia.computer.computer
    return tom


def candidates(world: World) -> list[Try]:
    tom = on_mias_hardware(world)
    body = {"product": tom.product, "hardware": tom.hardware()}
    return [(tom.post("/v1/me/reactivations/candidates", body), {200})]


def reactivations(world: World) -> list[Try]:
    tom = on_mias_hardware(world)
    body = {"product": tom.product, "hardware": tom.hardware(), "device": {"platform": "linux"}}
    names = [*world.mia.devices, new_device_id(now())]
    return [(tom.post("/v1/me/reactivations", body | {"device_id": name}), NOT_FOUND) for name in names]


def validations(world: World) -> list[Try]:
    """Whoever has a certificate or a key may ask whether it is good, and is told no more."""
    tom, mia = world.tom.computer, world.mia
    product = {"product": tom.product}
    asked = [
        product | {"product_key": mia.keys[0]},
        product | {"certificate": mia.computer.certificate},
    ]
    return [(as_anybody(tom, "/v1/validations", each), {200}) for each in asked]


def tokens(world: World) -> list[Try]:
    """Show Mia's refresh token, device code and authorization code with Tom's key."""
    tom, mia = world.tom.computer, world.mia
    shown = [
        lambda: tom.refresh(mia.refresh_token),
        lambda: tom.refresh(changed(mia.refresh_token)),
        lambda: tom.poll(mia.device_code),
        lambda: tom.redeem(mia.code),
    ]
    return [(not_granted(tom, show), {400}) for show in shown]


async def not_granted(computer: OAuthDevice, show: Callable[[], Awaitable[Reply]]) -> Reply:
    token, computer.token = computer.token, None  # a token's own requests carry no other
    reply = await show()
    computer.token = token
    assert reply.json()["error"] == "invalid_grant", reply.body
    return reply


def begin(world: World) -> list[Try]:
    """A device gets codes of its own, whoever's account and device it names."""
    tom = world.tom.computers[1]
    tom.token = None
    members = {
        "client_id": CLIENT,
        "account": world.mia.mine["account"]["id"],
        "user_code": world.mia.user_code,
    }
    return [(tom.ask("/oauth/device_authorization", **members), {200})]


def revoke(world: World) -> list[Try]:
    """Whoever can show a token may end it; one symbol changed, and it is nothing."""
    shown = [*map(changed, sorted(world.mia.tokens())), SOMEBODY_ELSE, *world.mia.grants(world.server)]
    ask = world.tom.computer.ask_once
    return [(ask("/oauth/revoke", client_id=CLIENT, token=token), {200}) for token in shown]


def changed(token: str) -> str:
    return ("B" if token[0] == "A" else "A") + token[1:]


def introspect(world: World) -> list[Try]:
    ask = world.tom.computer.ask_once
    return [(ask("/oauth/introspect", token=token), {401}) for token in sorted(world.mia.tokens())]


def public(path: str, status: int = 200) -> "Walk":
    """Pages and answers that are the same for everybody."""
    return lambda world: [(world.tom.browser.get(path), {status})]


def sign_in_page(path: str) -> "Walk":
    def tries(world: World) -> list[Try]:
        stranger = Visitor(world.server.client())
        typed = world.mia.email.upper()  # the form shows again what was typed, and not what the server knows
        return [(stranger.submit(path, path, email=typed, password="not her password"), {403})]

    return tries


def page(path: str, status: int) -> "Walk":
    """Open a page under each of Mia's ids."""
    return lambda world: [
        (world.tom.browser.get(filled), {status}) for filled in filled_with_mias(path, world)
    ]


def form(path: str, status: int, **fields: str) -> "Walk":
    """Send a form, with Tom's own token, under each of Mia's ids."""
    return lambda world: [
        (world.tom_submits(filled, **fields), {status}) for filled in filled_with_mias(path, world)
    ]


def filled_with_mias(path: str, world: World) -> list[str]:
    kind = path.split("/")[2] if "{id}" in path else ""
    names = {"": [""], "devices": world.mia.devices, "licenses": world.mia.licenses}
    ids = world.mia.grants(world.server) if kind == "grants" else names[kind]
    return [path.replace("{id}", name) for name in ids]


def account_page(world: World) -> list[Try]:
    mia = world.mia
    queries = [f"licenses={name}" for name in mia.licenses] + [f"devices={name}" for name in mia.devices]
    return [(world.tom.browser.get(f"/account?{query}"), {200}) for query in ("", *queries)]


def claim_page(world: World) -> list[Try]:
    return [(world.tom_submits("/account/claim", product_key=key), {409}) for key in world.mia.keys]


def device_page(world: World) -> list[Try]:
    return [(world.tom.browser.get(f"/device?user_code={world.mia.user_code}"), {422})]


def device_form(world: World) -> list[Try]:
    code = world.mia.user_code
    decisions = ("approve", "deny")
    return [(world.tom_submits("/device", user_code=code, decision=each), {422}) for each in decisions]


def consent(world: World) -> list[Try]:
    """What asks is in the address; who is asked is whoever is signed in."""
    return [(world.tom.browser.get(world.mia.computer.wish_to_sign_in()), {200})]


def consent_form(world: World) -> list[Try]:
    """Tom approves Mia's program; it is then signed in as Tom, if he gets it to redeem the code at all."""
    wish = world.mia.computer.wish_to_sign_in()
    return [(world.tom.browser.submit(wish, "/oauth/authorize", decision="approve"), {303})]


Walk = Callable[[World], list[Try]]

WALK: dict[str, Walk] = {
    "POST /v1/activations": activations,
    "POST /v1/activations/{id}/renewals": renewals,
    "DELETE /v1/activations/{id}": each_activation("DELETE"),
    "POST /v1/validations": validations,
    "GET /v1/status-lists/{n}": public("/v1/status-lists/1"),
    "PUT /v1/activations/{id}/link": link,
    "DELETE /v1/activations/{id}/link": each_activation("DELETE", "/link"),
    "POST /v1/me/claims": claims,
    "GET /v1/me": lambda world: [(world.tom.computer.signed("GET", "/v1/me"), {200})],
    "GET /v1/me/devices": list_of("devices"),
    "GET /v1/me/licenses": list_of("licenses"),
    "GET /v1/me/events": list_of("events"),
    "PATCH /v1/me/devices/{id}": rename,
    "DELETE /v1/me/devices/{id}": free,
    "POST /v1/me/reactivations/candidates": candidates,
    "POST /v1/me/reactivations": reactivations,
    "POST /v1/me/devices/free-all": free_all,
    "GET /.well-known/oauth-authorization-server": public("/.well-known/oauth-authorization-server"),
    "POST /oauth/device_authorization": begin,
    "POST /oauth/token": tokens,
    "POST /oauth/revoke": revoke,
    "POST /oauth/introspect": introspect,
    "GET /": public("/"),
    "GET /link": public("/link"),
    "GET /problems/{code}": public("/problems/seat_limit_reached"),
    "GET /assets/{name}": public("/assets/nothing.css", 404),
    "GET /sign-in": public("/sign-in", 303),
    "POST /sign-in": sign_in_page("/sign-in"),
    "GET /sign-up": public("/sign-up", 303),
    "POST /sign-up": sign_in_page("/sign-up"),
    "GET /device": device_page,
    "POST /device": device_form,
    "GET /oauth/authorize": consent,
    "POST /oauth/authorize": consent_form,
    "GET /account": account_page,
    "POST /account/claim": claim_page,
    "POST /account/grants/{id}/end": form("/account/grants/{id}/end", 404),
    "GET /account/free-all": page("/account/free-all", 200),
    "POST /account/free-all": form("/account/free-all", 303),
    "GET /account/devices/{id}/free": page("/account/devices/{id}/free", 404),
    "POST /account/devices/{id}/free": form("/account/devices/{id}/free", 404),
    "GET /account/devices/{id}/rename": page("/account/devices/{id}/rename", 404),
    "POST /account/devices/{id}/rename": form("/account/devices/{id}/rename", 404, name="Tom's now"),
    "GET /account/licenses/{id}/unlink": page("/account/licenses/{id}/unlink", 404),
    "POST /account/licenses/{id}/unlink": form("/account/licenses/{id}/unlink", 404),
    "GET /healthz": public("/healthz"),
    "GET /readyz": public("/readyz"),
    "GET /metrics": public("/metrics"),
    "GET /openapi.json": public("/openapi.json"),
    "POST /sign-out": form("/sign-out", 303),
}
"""What Tom tries at each route, and what he is answered."""


@pytest.fixture
async def routes(tmp_path: Path) -> Routes:
    """Every route that a server has, by the tables that it serves from."""
    door = a_door(tmp_path)
    services = door.services
    api = api_routes(services, Limits(MemoryBudgets()), Metrics())
    oauth = OAuthEndpoints(services.identity, trusted_proxies=(), introspection_token=None).routes()
    pages = page_routes(
        services.identity,
        doorkeeper=Doorkeeper(services.addresses, Nonces(b"a key"), RememberedProofs()),
        cookies=CookieNames.of(services.addresses[0]),
        product_name=services.product_name,
        holders=HeldLicenses().services(),
        limits=Limits(MemoryBudgets()),
        addresses=services.addresses,
    )
    await door.close()
    names = {f"{route.method} {route.path}" for route in (*api, *oauth, *pages)}
    return Routes(api, pages, names | {f"GET {address}" for address in ADDRESSES})


@pytest.fixture
async def world(server: Server) -> World:
    keys = server.mint(4, edition="pro")
    mia = await Person(server, "mia", 41_000).settle(keys[:2])
    tom = await Person(server, "tom", 42_000).settle(keys[2:])
    return World(server, mia, tom)


async def test_the_walk_covers_every_route(routes: Routes):
    assert set(WALK) == routes.names


@pytest.mark.parametrize("server", [1, 2], ids=["embedded", "two workers"], indirect=True, scope="module")
async def test_nothing_of_one_is_reachable_by_the_other(world: World):
    before, secrets = world.mia.rows(world.server), world.secrets()
    assert {"accounts", "licenses", "activations", "grants", "sessions"} <= {
        name for name in before if before[name]
    }
    for name, tries in WALK.items():
        for number, (trying, allowed) in enumerate(tries(world)):
            reply = await trying
            where = f"{name}, try {number}: {reply.status} {reply.body.decode()[:400]}"
            assert reply.status in allowed, where
            said = f"{reply.headers} {reply.body.decode()}"
            assert not [secret for secret in secrets if secret in said], where
            assert world.mia.rows(world.server) == before, where
    await mia_goes_on(world)


async def test_a_token_of_the_other_is_worth_nothing_anywhere(world: World, routes: Routes):
    before, secrets = world.mia.rows(world.server), world.secrets()
    thief = world.tom.computer
    own = thief.token
    ids = {"activations": world.mia.activations[0], "devices": world.mia.devices[0]}
    for route in (route for route in routes.api if route.account != "none"):
        path = route.path.replace(
            "{id}", ids.get(route.path.split("/")[-2 if "/link" not in route.path else -3], "")
        )
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
    posted = [route for route in routes.pages if route.method == "POST"]
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
            assert not [
                secret for secret in secrets - {path.split("/")[-2]} if secret in target + reply.body.decode()
            ]
    assert world.mia.rows(world.server) == before


async def mia_goes_on(world: World) -> None:
    """Everything of Mia's still works: her browser, her tokens, her computers, and her code."""
    mia = world.mia
    page = await mia.browser.get("/account")
    assert page.status == 200
    for name in (*mia.devices, *mia.licenses):
        assert name in page.body.decode()
    for computer in mia.computers:
        assert (await renew_as(computer, computer.activation_id)).status == 200
        assert (await computer.signed("GET", "/v1/me")).json() == mia.mine["account"]
    mia.computer.token = None
    assert (await mia.computer.redeem(mia.code)).status == 200
    mia.computers[1].token = None
    assert (await mia.computers[1].refresh(mia.refresh_token)).status == 200

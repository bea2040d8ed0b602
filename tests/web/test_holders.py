"""What people who signed in ask for over HTTP: their token, their licenses, and nothing of anybody else's."""

from dataclasses import replace

import pytest

from mooring.core.identifiers import new_device_id, new_license_id
from mooring.core.refusals import SignInRequired
from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.web.api.holder_routes import holder_routes
from mooring.server.web.api.holders import HolderRoutes
from mooring.server.web.app import WebApp
from mooring.server.web.holder_services import HolderServices
from mooring.server.web.http.limits import Limits
from tests.support.clients import AsgiClient
from tests.support.computers import a_computer, after_reinstall
from tests.support.devices import SimulatedDevice
from tests.support.held_licenses import HeldLicenses
from tests.support.holders import AccountPublisher, an_account
from tests.support.licenses import AT, SALT
from tests.support.web_apps import Door

MIA, EVE = an_account("mia"), an_account("eve")
TOKENS = {"mia's token": MIA, "eve's token": EVE}


class HoldersDoor:
    """The web door with the real use cases of licensing behind it, and accounts that anybody may be."""

    def __init__(self, door: Door) -> None:
        self.publisher = AccountPublisher()
        self.bound: dict[str, str] = {}
        door.clock.at = AT
        services = replace(
            door.services,
            activate=self.publisher.activate,
            renew=self.publisher.renew,
            deactivate=self.publisher.deactivate,
            holders=self.services(),
        )
        self.clock = door.clock
        self.app = WebApp(services, limits=Limits(MemoryBudgets()))

    def services(self) -> HolderServices:
        publisher = self.publisher
        return HolderServices(
            check_access_token=self.check_access_token,
            link=publisher.link,
            unlink=publisher.unlink,
            unlink_mine=publisher.unlink_mine,
            claim=publisher.claim,
            list_licenses=publisher.licenses,
            list_devices=publisher.devices,
            list_events=publisher.events,
            rename_device=publisher.rename,
            free_device=publisher.free,
            free_all_devices=publisher.free_all,
            find_candidates=publisher.candidates,
            reactivate=publisher.reactivate,
            new_holders=HeldLicenses().services().new_holders,
            windows=HeldLicenses().services().windows,
            privacy=HeldLicenses().services().privacy,
        )

    async def check_access_token(self, token, jkt, /, *, at):
        if token not in TOKENS or self.bound.setdefault(token, jkt) != jkt:
            raise SignInRequired
        return TOKENS[token]

    def device(self, token=None, seed=1):
        device = SimulatedDevice(
            AsgiClient(self.app), clock=self.clock.now, computer=a_computer(seed), salt=SALT
        )
        device.token = token and f"{token}"
        return device

    async def sell(self, *args, **terms) -> str:
        return (await self.publisher.sell(*args, **terms)).formatted()


@pytest.fixture
def holders(door: Door) -> HoldersDoor:
    return HoldersDoor(door)


@pytest.fixture
async def mine(holders: HoldersDoor) -> SimulatedDevice:
    """Return Mia's computer, whose license is linked to her."""
    device = holders.device("mia's token")
    assert (await device.activate(await holders.sell())).status == 201
    assert (await link(device)).status == 200
    return device


async def link(device, method="PUT"):
    reply = await device.signed(method, f"/v1/activations/{device.activation_id}/link")
    device.remember(reply)
    return reply


def device_id_of(reply):
    return reply.json()["items"][0]["device"]["id"]


async def test_says_who_is_signed_in(holders: HoldersDoor):
    reply = await holders.device("mia's token").signed("GET", "/v1/me")
    assert reply.json() == {"id": MIA.id, "masked": MIA.masked, "provider": MIA.provider}
    assert reply.header("cache-control") == "no-store"


@pytest.mark.parametrize(
    "authorization",
    [
        (),
        (("Authorization", "Bearer mia's token"),),
        (("Authorization", "DPoP"),),
        (("Authorization", "DPoP  "),),
        (("Authorization", "DPoP m\xefa"),),
        (("Authorization", "DPoP mia's token"), ("Authorization", "DPoP mia's token")),
    ],
)
async def test_without_exactly_one_token_somebody_must_sign_in(holders: HoldersDoor, authorization):
    device = holders.device()
    reply = await device.signed("GET", "/v1/me", headers=authorization)
    assert (reply.status, reply.code) == (401, "sign_in_required")
    assert reply.header("www-authenticate") == 'DPoP error="invalid_token", algs="ES256"'


async def test_a_stolen_token_with_another_key_is_worth_nothing(holders: HoldersDoor, mine: SimulatedDevice):
    assert (await mine.signed("GET", "/v1/me")).status == 200
    thief = holders.device("mia's token", seed=2)
    assert (await thief.signed("GET", "/v1/me")).code == "sign_in_required"


async def test_a_token_whose_proof_does_not_name_it_is_refused(holders: HoldersDoor):
    device = holders.device()
    for token, ath in (("mia's token", None), ("mia's token", "eve's token"), (None, "mia's token")):
        await device.signed("GET", "/v1/me")  # for the nonce
        proof = device.proof("GET", "/v1/me", access_token=ath)
        headers = [("DPoP", proof)] + ([("Authorization", f"DPoP {token}")] if token else [])
        reply = await device.client.send("GET", "/v1/me", headers)
        assert reply.code == ("device_proof_invalid" if token else "sign_in_required")


async def test_the_scheme_of_a_token_is_spelled_in_any_case(holders: HoldersDoor):
    device = holders.device()
    await device.signed("GET", "/v1/me")
    proof = device.proof("GET", "/v1/me", access_token="mia's token")
    headers = (("DPoP", proof), ("Authorization", "dpop mia's token"))
    assert (await device.client.send("GET", "/v1/me", headers)).status == 200


async def test_a_renewal_takes_no_token(holders: HoldersDoor, mine: SimulatedDevice):
    assert (await mine.renew()).code == "sign_in_required"
    mine.token = None
    assert (await mine.renew()).status == 200


async def test_links_and_unlinks(holders: HoldersDoor, mine: SimulatedDevice):
    again = await link(mine)
    assert set(again.json()) == {"activation", "certificate"}
    assert again.json()["activation"]["linked"] is True
    assert again.json()["activation"]["holder"] == {"masked": MIA.masked, "provider": MIA.provider}
    mine.token = None
    assert (await link(mine, "DELETE")).code == "sign_in_required"
    mine.token = "mia's token"
    assert (await link(mine, "DELETE")).json()["activation"]["linked"] is False
    mine.token = None
    assert (await link(mine)).code == "sign_in_required"


async def test_linking_takes_the_key_and_checks_it_as_it_was_typed(holders: HoldersDoor):
    key = await holders.sell()
    first = holders.device()
    await first.activate(key)
    device = holders.device("mia's token")
    device.computer = after_reinstall(first.computer)
    device.token = None
    await device.activate()
    device.token = "mia's token"
    path = f"/v1/activations/{device.activation_id}/link"
    assert (await device.put(path, {"product_key": "XXXXX"})).code == "key_malformed"
    unknown = await device.put(path, {"product_key": "BCDFG-HJKMN-PQRTV-WXY23-46789"})
    assert unknown.code == "key_unknown"
    assert (await device.put(path, {"accepts": {"certificate": [2]}})).code == "invalid_request"
    provisional = await device.put(path, {})
    assert "provisional_until" in provisional.json()["activation"]["holder"]
    confirmed = await device.put(path, {"product_key": key, "accepts": {"certificate": [1]}})
    assert "provisional_until" not in confirmed.json()["activation"]["holder"]


async def test_unknown_keys_are_counted_where_they_are_claimed(holders: HoldersDoor):
    device = holders.device("mia's token")
    wish = {"product_key": "BCDFG-HJKMN-PQRTV-WXY23-46789"}
    codes = [(await device.post("/v1/me/claims", wish)).code for _ in range(31)]
    assert codes == ["key_unknown"] * 30 + ["rate_limited"]
    assert (await device.post("/v1/me/claims", {"product_key": await holders.sell()})).status == 200


async def test_a_mistyped_key_is_corrected_where_it_is_claimed_as_where_it_is_linked(
    holders: HoldersDoor, mine: SimulatedDevice
):
    key = await holders.sell()
    typed = ("C" if key[0] == "B" else "B") + key[1:]
    corrected = {"group": 1, "position": 1, "suggestion": key}
    link = f"/v1/activations/{mine.activation_id}/link"
    for reply in (
        await mine.post("/v1/me/claims", {"product_key": typed}),
        await mine.put(link, {"product_key": typed}),
    ):
        assert (reply.status, reply.code) == (422, "key_malformed")
        assert {name: reply.json()[name] for name in corrected} == corrected
    assert (await mine.post("/v1/me/claims", {"product_key": key})).status == 200


async def test_claims_a_key_and_activates_with_the_license(holders: HoldersDoor):
    device = holders.device("mia's token")
    claimed = (await device.post("/v1/me/claims", {"product_key": await holders.sell()})).json()
    assert claimed == {
        "license": {
            "id": claimed["license"]["id"],
            "product": "harbor-notes",
            "product_name": "Harbor Notes",
            "edition": "pro",
            "channel": "retail",
            "last_five": "8XKQ2",
        },
        "standing": "active",
        "seats": 1,
        "held": 0,
        "expires_at": None,
        "linked_at": "2026-01-02T03:04:05Z",
        "confirmed": True,
        "provisional_until": None,
        "can_move": {"allowed": True, "left": 5, "next_at": None},
        "devices": [],
    }
    reply = await device.activate(license_id=claimed["license"]["id"])
    assert (reply.status, reply.json()["activation"]["linked"]) == (201, True)


async def test_lists_what_is_held(holders: HoldersDoor, mine: SimulatedDevice):
    [license_] = (await mine.signed("GET", "/v1/me/licenses")).json()["items"]
    assert license_["devices"][0]["activation"] == mine.activation_id
    devices = (await mine.signed("GET", "/v1/me/devices")).json()
    assert devices["next_cursor"] is None
    [device] = devices["items"]
    assert device["device"]["last_seen_at"] == "2026-01-02T03:04:05Z"
    assert device["seats"][0]["license"] == license_["license"]
    events = (await mine.signed("GET", "/v1/me/events")).json()["items"]
    assert [each["kind"] for each in events] == ["license.linked"]


async def test_lists_come_in_pages(holders: HoldersDoor):
    device = holders.device("mia's token")
    for _ in range(3):
        await device.post("/v1/me/claims", {"product_key": await holders.sell()})
    first = (await device.signed("GET", "/v1/me/licenses?limit=2")).json()
    second = (await device.signed("GET", f"/v1/me/licenses?limit=2&cursor={first['next_cursor']}")).json()
    assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (2, 1, None)


@pytest.mark.parametrize(
    ("query", "member"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("limit=", "limit"),
        ("limit=-1", "limit"),
        ("limit=%D9%A3", "limit"),
        ("limit=1&limit=2", "limit"),
        ("cursor=", "cursor"),
        ("cursor=' OR 1=1", "cursor"),
        (f"cursor={new_device_id(AT)}&cursor={new_device_id(AT)}", "cursor"),
        (f"cursor={new_device_id(AT)}", "cursor"),
    ],
    ids=[
        f"query-{number}" for number in range(11)
    ],  # two workers must name a test alike, whatever identifiers it makes
)
async def test_a_page_is_asked_for_as_it_must_be(holders: HoldersDoor, query, member):
    reply = await holders.device("mia's token").signed("GET", f"/v1/me/licenses?{query}".replace(" ", "%20"))
    assert (reply.status, reply.code, reply.json()["member"]) == (422, "invalid_request", member)


async def test_a_cursor_of_the_right_kind_finds_what_follows(holders: HoldersDoor):
    device = holders.device("mia's token")
    assert (
        await device.signed("GET", f"/v1/me/licenses?cursor={new_license_id(AT)}&limit=200")
    ).status == 200


async def test_renames_and_frees_devices(holders: HoldersDoor, mine: SimulatedDevice):
    device_id = device_id_of(await mine.signed("GET", "/v1/me/devices"))
    renamed = await mine.say("PATCH", f"/v1/me/devices/{device_id}", {"name": "Mia's laptop"})
    assert renamed.json()["device"]["name"] == "Mia's laptop"
    assert (await mine.say("PATCH", f"/v1/me/devices/{device_id}", {"name": ""})).code == "invalid_request"
    for _ in range(2):
        assert (await mine.signed("DELETE", f"/v1/me/devices/{device_id}")).status == 204
    assert (await mine.signed("DELETE", f"/v1/me/devices/{new_device_id(AT)}")).code == "not_found"
    await mine.activate(license_id=(await licenses(mine))[0]["license"]["id"])
    assert (await mine.post("/v1/me/devices/free-all", {})).json() == {"freed": 1}


@pytest.mark.parametrize(
    "named", ["dev_none", "act_01hzy8k3m5n7p9q1r3s5t7v9w1", "dev_8zzzzzzzzzzzzzzzzzzzzzzzzz"]
)
async def test_an_id_that_cannot_exist_is_no_valid_request(mine: SimulatedDevice, named: str):
    replies = [
        (await mine.signed("DELETE", f"/v1/me/devices/{named}"), "id"),
        (await mine.say("PATCH", f"/v1/me/devices/{named}", {"name": "mine"}), "id"),
        (await mine.put(f"/v1/activations/{named.replace('act_', 'lic_')}/link", {}), "id"),
        (await mine.signed("DELETE", f"/v1/activations/{named.replace('act_', 'lic_')}/link"), "id"),
        (
            await mine.post(
                "/v1/me/reactivations",
                {
                    "device_id": named,
                    "product": "harbor-notes",
                    "hardware": mine.hardware(),
                    "device": {"platform": "linux"},
                },
            ),
            "device_id",
        ),
    ]
    for reply, member in replies:
        assert (reply.status, reply.code, reply.json()["member"]) == (422, "invalid_request", member)


async def licenses(device):
    return (await device.signed("GET", "/v1/me/licenses")).json()["items"]


async def test_the_holder_frees_an_activation_from_another_computer(
    holders: HoldersDoor, mine: SimulatedDevice
):
    activation_id = mine.activation_id
    mine.activation_id = ""
    assert (await mine.signed("DELETE", f"/v1/activations/{activation_id}")).status == 204
    assert (await licenses(mine))[0]["held"] == 0


async def test_a_new_computer_finds_and_takes_the_seat_of_the_old_one(
    holders: HoldersDoor, mine: SimulatedDevice
):
    new = holders.device("mia's token", seed=2)
    holders.bound.clear()  # Mia signs in there
    wish = {"product": "harbor-notes", "hardware": new.hardware()}
    [candidate] = (await new.post("/v1/me/reactivations/candidates", wish)).json()["candidates"]
    assert candidate["can_move"] == {"allowed": True, "left": 5, "next_at": None}
    assert (candidate["likely"], candidate["costs_move"], candidate["reasons"]) == (
        False,
        True,
        ["seen_recently"],
    )
    wish |= {"device_id": candidate["device"]["id"], "device": {"platform": "linux"}}
    first = await new.post("/v1/me/reactivations", wish)
    assert (first.status, set(first.json())) == (201, {"activation", "certificate", "dropped"})
    again = await new.post("/v1/me/reactivations", wish | {"accepts": {"hardware": [1]}})
    assert (again.status, again.json()["activation"]["id"]) == (200, first.json()["activation"]["id"])
    assert (await new.post("/v1/me/reactivations", wish | {"accepts": {"hardware": [2]}})).status == 422


async def test_the_same_idempotency_key_never_tells_one_account_of_another(holders: HoldersDoor):
    device = holders.device("mia's token")
    key = await holders.sell()
    header = (("Idempotency-Key", "once"),)
    wish = {"product_key": key}
    assert (await device.post("/v1/me/claims", wish, headers=header)).status == 200
    device.token = "eve's token"
    assert (await device.post("/v1/me/claims", wish, headers=header)).code == "already_linked"


async def test_nothing_of_one_account_is_reached_by_another_on_any_route(
    holders: HoldersDoor, mine: SimulatedDevice
):
    """Eve knows every id of Mia's, and asks every route with it."""
    device_id = device_id_of(await mine.signed("GET", "/v1/me/devices"))
    [license_] = await licenses(mine)
    eve = holders.device("eve's token", seed=9)
    hardware = {"product": "harbor-notes", "hardware": eve.hardware()}
    device = {"device": {"platform": "linux"}}
    asked = {
        ("PUT", "/v1/activations/{id}/link"): ({}, "device_unknown"),
        ("DELETE", "/v1/activations/{id}/link"): (None, "device_unknown"),
        ("GET", "/v1/me"): (None, {"id": EVE.id, "masked": EVE.masked, "provider": EVE.provider}),
        ("GET", "/v1/me/devices"): (None, {"items": [], "next_cursor": None}),
        ("GET", "/v1/me/licenses"): (None, {"items": [], "next_cursor": None}),
        ("GET", "/v1/me/events"): (None, {"items": [], "next_cursor": None}),
        ("PATCH", "/v1/me/devices/{id}"): ({"name": "eve's"}, "not_found"),
        ("DELETE", "/v1/me/devices/{id}"): (None, "not_found"),
        ("POST", "/v1/me/devices/free-all"): ({}, {"freed": 0}),
        ("POST", "/v1/me/claims"): ({"product_key": "BCDFG-HJKMN-PQRTV-WXY23-46789"}, "key_unknown"),
        ("POST", "/v1/me/reactivations/candidates"): (hardware, {"candidates": []}),
        ("POST", "/v1/me/reactivations"): (hardware | device | {"device_id": device_id}, "not_found"),
    }
    routes = holder_routes(HolderRoutes(None, None))  # type: ignore[arg-type]
    assert {(each.method, each.path) for each in routes} == asked.keys()
    for (method, template), (body, expected) in asked.items():
        named = mine.activation_id if "activations" in template else device_id
        path = template.replace("{id}", named)
        reply = await (eve.signed(method, path) if body is None else eve.say(method, path, body))
        assert reply.code == expected if isinstance(expected, str) else reply.json() == expected
    lists = {"devices": device_id, "licenses": license_["license"]["id"]}
    for name, cursor in lists.items():  # her cursor opens nothing either
        before = cursor[:4] + "0" * 26
        reply = await eve.signed("GET", f"/v1/me/{name}?cursor={before}")
        assert reply.json()["items"] == []
    assert (await eve.activate(license_id=license_["license"]["id"])).code == "not_found"
    assert (await eve.signed("DELETE", f"/v1/activations/{mine.activation_id}")).code == "device_unknown"
    assert await licenses(mine) == [license_]

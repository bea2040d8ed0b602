"""The activation routes: what they ask the use cases, and how the answers are told."""

import pytest

from mooring.core.hardware.hashing import hash_components
from mooring.core.refusals import (
    KeyUnknown,
    LicenseExpired,
    MoveLimitReached,
    RateLimited,
    SeatLimitReached,
)
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.licensing.use_cases.activations.messages import Activated, DeviceFacts, Environment
from tests.support.clients import AsgiClient
from tests.support.computers import a_computer
from tests.support.devices import SALT, SimulatedDevice
from tests.support.web_apps import NOON, Door

KEY = "BCDFG-HJKMN-PQRTV-WXY23-46789"
ACTIVATION = "act_01hzy8k3m5n7p9q1r3s5t7v9w1"


async def test_asks_for_an_activation_with_everything_that_was_sent(device: SimulatedDevice, door: Door):
    facts = {"platform": "linux", "os_version": "12", "app_version": "2.1", "name": "atlas", "admin": True}
    reply = await device.activate(
        KEY, edition="pro", device=facts, environment="ci", replaces=ACTIVATION, something_new={"x": [1]}
    )
    assert reply.status == 201
    asked = door.stand_ins.asked[0]
    assert asked.product == "harbor-notes"
    assert asked.edition == "pro"
    assert asked.product_key.formatted() == KEY
    assert (asked.license_id, asked.trial) == (None, False)
    assert asked.hardware == hash_components(a_computer(), SALT)
    assert asked.device == DeviceFacts("linux", "12", "2.1", "atlas", admin=True)
    assert asked.environment is Environment.CI
    assert asked.replaces == ACTIVATION
    assert asked.jkt == device.jkt


async def test_tells_a_new_activation_from_the_same_again(device: SimulatedDevice, door: Door):
    door.stand_ins.activate_answer = Activated({"id": ACTIVATION}, "cert", created=True, dropped=("name",))
    reply = await device.activate(KEY)
    assert reply.status == 201
    assert reply.json() == {"activation": {"id": ACTIVATION}, "certificate": "cert", "dropped": ["name"]}
    assert reply.header("content-type") == "application/json"
    assert reply.header("cache-control") == "no-store"
    door.stand_ins.activate_answer = Activated({"id": ACTIVATION}, "cert", created=False)
    assert (await device.activate(KEY)).status == 200


async def test_an_environment_it_does_not_know_counts_as_a_computer(device: SimulatedDevice, door: Door):
    await device.activate(environment="space-station")
    assert door.stand_ins.asked[0].environment is Environment.COMPUTER


async def test_asks_for_a_trial_and_for_a_license(device: SimulatedDevice, door: Door):
    await device.activate(trial=True)
    await device.activate(license_id="lic_01hzy8k3m5n7p9q1r3s5t7v9w1")
    trial, license_ = door.stand_ins.asked
    assert (trial.trial, trial.product_key, trial.license_id) == (True, None, None)
    assert (license_.trial, license_.license_id) == (False, "lic_01hzy8k3m5n7p9q1r3s5t7v9w1")


async def test_renews_with_the_sequence_the_installation_holds(device: SimulatedDevice, door: Door):
    await device.activate(KEY)
    device.sequence = 7
    reply = await device.renew()
    assert reply.status == 200
    assert reply.json()["certificate"] == "a fresh certificate"
    assert door.stand_ins.asked[1] == (
        ACTIVATION,
        device.jkt,
        7,
        hash_components(a_computer(), SALT),
        "1.0",
    )


async def test_deactivates(device: SimulatedDevice, door: Door):
    await device.activate(KEY)
    reply = await device.deactivate()
    assert (reply.status, reply.body) == (204, b"")
    assert reply.header("content-length") is None
    assert door.stand_ins.asked[1] == (ACTIVATION, device.jkt, None)


@pytest.mark.parametrize(
    "name", ["act_x", "lic_01hzy8k3m5n7p9q1r3s5t7v9w1", "%00", "act_01HZY8K3M5N7P9Q1R3S5T7V9W1"]
)
async def test_a_malformed_identifier_in_the_path_is_named(device: SimulatedDevice, door: Door, name: str):
    device.activation_id = name
    for reply in (await device.deactivate(), await device.renew()):
        assert (reply.status, reply.code) == (422, "invalid_request")
        assert reply.json()["member"] == "id"
    assert door.stand_ins.asked == []


@pytest.mark.parametrize(
    ("changes", "member"),
    [
        ({"product": 7}, "product"),
        ({"product": None}, "product"),
        ({"product": "Harbor Notes"}, "product"),
        ({"edition": ["pro"]}, "edition"),
        ({"product_key": 5}, "product_key"),
        ({"trial": "yes"}, "trial"),
        ({"trial": True, "product_key": KEY}, "trial"),
        ({"trial": True, "license_id": "lic_01hzy8k3m5n7p9q1r3s5t7v9w1"}, "trial"),
        ({"license_id": "lic_01hzy8k3m5n7p9q1r3s5t7v9w1", "product_key": KEY}, "license_id"),
        ({"license_id": "lic_1"}, "license_id"),
        ({"replaces": "act_1"}, "replaces"),
        ({"replaces": f"{ACTIVATION}\n"}, "replaces"),
        ({"license_id": "lic_01hzy8k3m5n7p9q1r3s5t7v9w1\n"}, "license_id"),
        ({"product": "harbor-notes\n"}, "product"),
        ({"hardware": None}, "hardware"),
        ({"hardware": {"v": 2, "components": {}}}, "hardware.v"),
        ({"hardware": {"v": 1}}, "hardware.components"),
        ({"hardware": {"v": 1, "components": {"cpu_id": "x"}}}, "hardware.components.cpu_id"),
        ({"hardware": {"v": 1, "components": {"mac_addresses": []}}}, "hardware.components.mac_addresses"),
        ({"hardware": {"v": 1, "components": {"cpu_id": "abcd\n"}}}, "hardware.components.cpu_id"),
        ({"device": {}}, "device.platform"),
        ({"device": {"platform": "linux\n"}}, "device.platform"),
        ({"device": {"platform": "linux", "name": "a\u0000b"}}, "device.name"),
        ({"device": {"platform": "linux", "os_version": "12\n"}}, "device.os_version"),
        ({"device": {"platform": "linux", "admin": 1}}, "device.admin"),
        ({"accepts": {"certificate": [2, 3]}}, "accepts.certificate"),
        ({"accepts": {"certificate": [1], "hardware": []}}, "accepts.hardware"),
        ({"accepts": {"hardware": ["1"]}}, "accepts.hardware[0]"),
    ],
)
async def test_names_the_member_that_is_wrong(device: SimulatedDevice, door: Door, changes, member: str):
    reply = await device.activate(**changes)
    assert (reply.status, reply.code, reply.json()["member"]) == (422, "invalid_request", member)
    assert door.stand_ins.asked == []


async def test_takes_a_client_that_accepts_several_versions(device: SimulatedDevice):
    assert (await device.activate(accepts={"certificate": [2, 1], "hardware": [1], "x": 1})).status == 201


async def test_says_which_symbol_of_a_key_is_wrong(device: SimulatedDevice):
    reply = await device.activate("BCDFG-HJKMN-PQRTV-WXY23-4678B")
    assert (reply.status, reply.code) == (422, "key_malformed")
    problem = reply.json()
    assert (problem["group"], problem["position"], problem["suggestion"]) == (5, 5, KEY)


@pytest.mark.parametrize(
    ("refusal", "status", "members"),
    [
        (SeatLimitReached(seats=3), 409, {"seats": 3}),
        (LicenseExpired(NOON), 403, {"ended_at": "2026-01-02T12:00:00Z"}),
        (MoveLimitReached(NOON), 409, {"next_at": "2026-01-02T12:00:00Z"}),
    ],
)
async def test_tells_a_refusal_as_a_problem_with_its_members(
    device, door: Door, refusal, status: int, members
):
    door.stand_ins.activate_answer = refusal
    reply = await device.activate(KEY)
    problem = reply.json()
    assert reply.status == problem["status"] == status
    assert reply.header("content-type") == "application/problem+json"
    assert reply.header("cache-control") == "no-store"
    assert reply.header("content-language") == "en"
    assert problem["type"] == f"http://127.0.0.1:8000/problems/{refusal.code}"
    assert problem["code"] == refusal.code
    assert problem["title"]
    assert problem["detail"]
    assert set(problem["next"]) == {"action", "label"}
    assert members.items() <= problem.items()


async def test_an_absent_database_is_told_as_such(device: SimulatedDevice, door: Door):
    door.stand_ins.activate_answer = DatabaseUnavailable("disk I/O error")
    reply = await device.activate(KEY)
    assert (reply.status, reply.code, reply.header("retry-after")) == (503, "service_unavailable", "5")
    assert b"disk" not in reply.body


async def test_a_fault_of_ours_tells_a_number_to_quote_and_nothing_else(device: SimulatedDevice, door: Door):
    door.stand_ins.activate_answer = RuntimeError("inner secret")
    reply = await device.activate(KEY)
    assert reply.status == 500
    assert reply.json()["type"] == "about:blank"
    assert reply.json()["request"] == reply.header("request-id")
    assert b"inner secret" not in reply.body
    device.nonce, before = reply.header("dpop-nonce"), len(door.stand_ins.asked)
    door.stand_ins.activate_answer = Activated({"id": ACTIVATION}, "cert", created=True)
    assert (await device.activate(KEY)).status == 201, "the nonce that came with the fault is good"
    assert len(door.stand_ins.asked) == before + 1


async def test_an_address_that_guesses_is_slowed_down_but_its_valid_keys_work(client: AsgiClient, door: Door):
    door.stand_ins.activate_answer = KeyUnknown()
    codes = []
    for _ in range(32):
        device = SimulatedDevice(client, clock=door.clock.now)
        codes.append((await device.activate(KEY)).code)
    assert codes == ["key_unknown"] * 30 + ["rate_limited"] * 2
    limited = await SimulatedDevice(client, clock=door.clock.now).activate(KEY)
    assert (limited.status, limited.header("retry-after")) == (429, "60")
    assert limited.header("ratelimit-policy") == '"unknown-keys";q=30;w=1800'
    assert limited.header("ratelimit") == '"unknown-keys";r=0;t=60'

    elsewhere = SimulatedDevice(AsgiClient(door.app, address="198.51.100.9"), clock=door.clock.now)
    assert (await elsewhere.activate(KEY)).code == "key_unknown"
    door.stand_ins.activate_answer = Activated({"id": ACTIVATION}, "cert", created=True)
    assert (await SimulatedDevice(client, clock=door.clock.now).activate(KEY)).status == 201


async def test_tells_an_installation_its_budget(device: SimulatedDevice):
    reply = await device.activate(KEY)
    assert reply.header("ratelimit-policy") == '"installation";q=600;w=60'
    assert reply.header("ratelimit") == '"installation";r=599;t=0'


async def test_an_installation_that_never_stops_is_stopped(device: SimulatedDevice, door: Door):
    await device.activate(KEY)
    for _ in range(599):
        await door.app._dispatcher._limits.admit(device.jkt, at=door.clock.at)
    reply = await device.activate(KEY)
    assert (reply.status, reply.code) == (429, RateLimited.code)
    assert (reply.header("retry-after"), reply.header("ratelimit")) == ("1", '"installation";r=0;t=1')
    assert len(door.stand_ins.asked) == 1
    door.clock.forward(seconds=1)
    assert (await device.activate(KEY)).status == 201

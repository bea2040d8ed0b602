"""The device proof at the door: signed for this server, with its nonce, once."""

import json

import pytest

from mooring.core.jose.keys import SigningKey
from mooring.core.proof.make import make_proof
from tests.support.clients import AsgiClient
from tests.support.devices import SimulatedDevice
from tests.support.web_apps import Door

ACTIVATE = "/v1/activations"


def body_of(device: SimulatedDevice) -> bytes:
    return json.dumps(device.wish()).encode()


async def send(device: SimulatedDevice, proofs: list[str], body: bytes):
    headers = [("Content-Type", "application/json"), *(("DPoP", proof) for proof in proofs)]
    return await device.client.send("POST", ACTIVATE, headers, body)


async def test_demands_a_nonce_and_takes_the_proof_that_carries_it(device: SimulatedDevice, door: Door):
    body = body_of(device)
    demand = await send(device, [device.proof("POST", ACTIVATE, body)], body)
    assert demand.status == 401
    assert demand.code == "device_proof_invalid"
    assert demand.json()["why"] == "nonce"
    assert demand.header("www-authenticate") == 'DPoP error="use_dpop_nonce", algs="ES256"'
    device.nonce = demand.header("dpop-nonce")
    assert device.nonce
    assert (await send(device, [device.proof("POST", ACTIVATE, body)], body)).status == 201
    assert door.stand_ins.asked[0].jkt == device.jkt


async def test_every_answer_carries_the_next_nonce(device: SimulatedDevice, door: Door):
    assert (await device.activate()).header("dpop-nonce") == device.nonce
    refused = await device.signed("DELETE", "/v1/activations/nonsense")
    assert refused.status == 422
    assert refused.header("dpop-nonce") == device.nonce


async def test_a_replayed_proof_is_refused(device: SimulatedDevice, door: Door):
    await device.activate()
    body = body_of(device)
    proof = device.proof("POST", ACTIVATE, body)
    assert (await send(device, [proof], body)).status == 201
    again = await send(device, [proof], body)
    assert (again.status, again.json()["why"]) == (401, "replayed")
    assert again.header("www-authenticate") == 'DPoP error="invalid_dpop_proof", algs="ES256"'
    assert len(door.stand_ins.asked) == 2


@pytest.mark.parametrize(("count", "why"), [(0, "missing"), (2, "several")])
async def test_wants_exactly_one_proof(device: SimulatedDevice, count: int, why: str):
    await device.activate()
    body = body_of(device)
    reply = await send(device, [device.proof("POST", ACTIVATE, body) for _ in range(count)], body)
    assert (reply.status, reply.code, reply.json()["why"]) == (401, "device_proof_invalid", why)


@pytest.mark.parametrize(
    ("overrides", "why"),
    [
        ({"method": "PUT"}, "htm"),
        ({"url": "http://127.0.0.1:8000/v1/validations"}, "htu"),
        ({"url": "https://elsewhere.example/v1/activations"}, "htu"),
        ({"url": "http://127.0.0.1:8001/v1/activations"}, "htu"),
        ({"body": b"another body"}, "body_hash"),
        ({"body": None}, "body_hash"),
        ({"access_token": "a-token"}, "ath"),
        ({"nonce": "not-a-nonce-of-this-server"}, "nonce"),
    ],
)
async def test_refuses_a_proof_made_for_something_else(device: SimulatedDevice, door: Door, overrides, why):
    await device.activate()
    body = body_of(device)
    reply = await send(device, [device.proof("POST", ACTIVATE, body, **overrides)], body)
    assert (reply.status, reply.json()["why"]) == (401, why)
    assert len(door.stand_ins.asked) == 1


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "LOCALHOST:8000"])
async def test_a_loopback_server_answers_to_each_of_its_names(door: Door, host: str):
    device = SimulatedDevice(AsgiClient(door.app, host=host), address=f"http://{host}", clock=door.clock.now)
    assert (await device.activate()).status == 201


async def test_a_host_header_cannot_make_this_server_another(door: Door):
    client = AsgiClient(door.app, host="evil.example")
    device = SimulatedDevice(client, address="http://evil.example", clock=door.clock.now)
    assert (await device.activate()).json()["why"] == "htu"


async def test_a_computer_with_a_wrong_clock_may_speak_once_it_has_a_nonce(
    device: SimulatedDevice, door: Door
):
    wrong = door.clock.at.replace(year=2031)
    device.clock = lambda: wrong
    assert (await device.activate()).status == 201


async def test_a_token_is_refused_where_there_are_no_accounts(device: SimulatedDevice, door: Door):
    device.token = "sometoken"
    reply = await device.activate()
    assert (reply.status, reply.code) == (401, "sign_in_required")
    assert reply.header("www-authenticate") == 'DPoP error="invalid_token", algs="ES256"'
    assert door.stand_ins.asked == []


async def test_refuses_a_proof_with_another_signature(device: SimulatedDevice):
    await device.activate()
    body = body_of(device)
    head, claims, _ = device.proof("POST", ACTIVATE, body).split(".")
    other = make_proof(
        SigningKey.generate("ES256"),
        method="POST",
        url=device.address + ACTIVATE,
        at=device.clock(),
        body=body,
    )
    reply = await send(device, [f"{head}.{claims}.{other.split('.')[2]}"], body)
    assert (reply.status, reply.json()["why"]) == (401, "signature")

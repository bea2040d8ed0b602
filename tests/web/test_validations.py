"""The validation route: always an answer, and no way to guess keys."""

import json

import pytest

from mooring.core.hardware.hashing import hash_components
from mooring.core.product_key import parse_product_key
from mooring.server.licensing.use_cases.activations.messages import Validation, ValidationRequest
from tests.support.clients import AsgiClient, Reply
from tests.support.computers import a_computer
from tests.support.devices import SALT
from tests.support.web_apps import Door

KEY = "BCDFG-HJKMN-PQRTV-WXY23-46789"


async def validate(client: AsgiClient, **members: object) -> Reply:
    body = json.dumps({"product": "harbor-notes"} | members).encode()
    return await client.send("POST", "/v1/validations", (("Content-Type", "application/json"),), body)


async def test_asks_with_everything_that_was_sent(client: AsgiClient, door: Door):
    profile = hash_components(a_computer(), SALT)
    reply = await validate(
        client,
        product_key=KEY.lower(),
        certificate="a.b.c",
        hardware=profile.to_wire(),
        entitlements=["sync"],
    )
    assert (reply.status, reply.json()) == (200, {"valid": True, "code": None})
    assert door.stand_ins.asked == [
        ValidationRequest(
            product="harbor-notes",
            product_key=parse_product_key(KEY),
            certificate="a.b.c",
            hardware=profile,
            entitlements=("sync",),
        )
    ]


async def test_a_certificate_alone_is_enough(client: AsgiClient, door: Door):
    assert (await validate(client, certificate="a.b.c")).status == 200
    assert door.stand_ins.asked == [ValidationRequest(product="harbor-notes", certificate="a.b.c")]


async def test_what_is_not_valid_is_an_answer_too(client: AsgiClient, door: Door):
    door.stand_ins.validate_answer = Validation(valid=False, code="license_revoked")
    reply = await validate(client, product_key=KEY)
    assert (reply.status, reply.json()) == (200, {"valid": False, "code": "license_revoked"})
    assert reply.header("ratelimit") is None


async def test_a_mistyped_key_is_not_looked_up(client: AsgiClient, door: Door):
    reply = await validate(client, product_key="BCDFG-HJKMN-PQRTV-WXY23-4678B")
    assert (reply.status, reply.json()) == (200, {"valid": False, "code": "key_malformed"})
    assert door.stand_ins.asked == []


@pytest.mark.parametrize(
    ("members", "member"),
    [
        ({}, "product_key"),
        ({"product_key": None}, "product_key"),
        ({"product_key": KEY, "product": None}, "product"),
        ({"certificate": "x" * (16 * 1024 + 1)}, "certificate"),
        ({"product_key": KEY, "entitlements": "sync"}, "entitlements"),
        (
            {"product_key": KEY, "hardware": {"v": 1, "components": {"cpu_id": "!"}}},
            "hardware.components.cpu_id",
        ),
        ({"product_key": KEY, "accepts": {"certificate": [9]}}, "accepts.certificate"),
    ],
)
async def test_names_the_member_that_is_wrong(client: AsgiClient, door: Door, members, member: str):
    reply = await validate(client, **members)
    assert (reply.status, reply.code, reply.json()["member"]) == (422, "invalid_request", member)
    assert door.stand_ins.asked == []


async def test_hardware_that_is_misspelled_is_told_before_a_key_that_is(client: AsgiClient):
    hardware = {"v": 1, "components": {"mac_addresses": ["long"], "board_serial": "too long"}}
    reply = await validate(client, product_key="mistyped", hardware=hardware)
    assert (reply.status, reply.json()["code"]) == (422, "invalid_request")


async def test_an_address_that_guesses_is_slowed_down_but_its_valid_keys_work(client: AsgiClient, door: Door):
    door.stand_ins.validate_answer = Validation(valid=False, code="key_unknown")
    first = await validate(client, product_key=KEY)
    assert first.header("ratelimit") == '"unknown-keys";r=29;t=0'
    statuses = [(await validate(client, product_key=KEY)).status for _ in range(31)]
    assert statuses == [200] * 29 + [429] * 2
    assert (await validate(client, product_key=KEY)).header("retry-after") == "60"
    door.stand_ins.validate_answer = Validation(valid=True)
    assert (await validate(client, product_key=KEY)).status == 200


async def test_a_key_unknown_to_a_certificate_check_is_not_a_guess(client: AsgiClient, door: Door):
    door.stand_ins.validate_answer = Validation(valid=False, code="certificate_invalid")
    assert {(await validate(client, certificate="a.b.c")).status for _ in range(50)} == {200}

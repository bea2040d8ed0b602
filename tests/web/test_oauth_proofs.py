"""The proof that OAuth requests carry, and the protocol's own words for everything that is wrong."""

from datetime import timedelta

import pytest

from mooring.server.foundation.budgets.budget import BudgetSpent, Level
from mooring.server.foundation.database.port import DatabaseUnavailable
from tests.support.clients import AsgiClient
from tests.support.oauth_devices import CLIENT, FORM, OAuthDevice
from tests.support.web_apps import Door

UNKNOWN = {"grant_type": "refresh_token", "client_id": CLIENT, "refresh_token": "x"}


@pytest.fixture
async def program(client: AsgiClient, door: Door) -> OAuthDevice:
    program = OAuthDevice(client, clock=door.clock.now)
    assert (await program.ask("/oauth/token", **UNKNOWN)).json()["error"] == "invalid_grant"
    return program


async def test_a_proof_without_our_nonce_is_sent_back_with_one(client: AsgiClient, door: Door):
    reply = await OAuthDevice(client, clock=door.clock.now).ask_once("/oauth/token", **UNKNOWN)
    assert (reply.status, reply.json()["error"]) == (400, "use_dpop_nonce")
    assert reply.header("dpop-nonce")
    assert reply.header("cache-control") == "no-store"


async def test_a_proof_is_good_once(program: OAuthDevice):
    proof = program.proof("POST", "/oauth/token")
    first = await program.ask_once("/oauth/token", proof=proof, **UNKNOWN)
    again = await program.ask_once("/oauth/token", proof=proof, **UNKNOWN)
    assert (first.json()["error"], again.json()["error"]) == ("invalid_grant", "invalid_dpop_proof")


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "GET"},
        {"url": "http://127.0.0.1:8000/oauth/revoke"},
        {"url": "http://evil.example/oauth/token"},
        {"access_token": "a token"},
    ],
)
async def test_a_proof_for_something_else_is_refused(program: OAuthDevice, wrong: dict[str, str]):
    proof = program.proof("POST", "/oauth/token", **wrong)
    reply = await program.ask_once("/oauth/token", proof=proof, **UNKNOWN)
    assert (reply.status, reply.json()["error"]) == (400, "invalid_dpop_proof")


@pytest.mark.parametrize(
    ("by", "error"),
    [
        (timedelta(hours=24), "invalid_grant"),
        (timedelta(hours=24, seconds=1), "invalid_dpop_proof"),
        (-timedelta(hours=24), "invalid_grant"),
        (-timedelta(hours=24, seconds=1), "invalid_dpop_proof"),
    ],
)
async def test_a_clock_may_be_wrong_by_a_day(program: OAuthDevice, door: Door, by: timedelta, error: str):
    proof = program.proof("POST", "/oauth/token", at=door.clock.at + by)
    assert (await program.ask_once("/oauth/token", proof=proof, **UNKNOWN)).json()["error"] == error


async def test_without_a_proof_there_are_no_codes_and_no_tokens(client: AsgiClient):
    for path in ("/oauth/token", "/oauth/device_authorization"):
        reply = await client.send("POST", path, (FORM,), b"client_id=mooring-device")
        assert (reply.status, reply.json()["error"]) == (400, "invalid_dpop_proof")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "client_id": CLIENT}, "invalid_request"),
        ({"grant_type": "refresh_token", "client_id": CLIENT, "refresh_token": ""}, "invalid_request"),
        (UNKNOWN | {"client_id": "another"}, "invalid_client"),
        ({"grant_type": "authorization_code", "client_id": CLIENT, "code": "x"}, "invalid_grant"),
        (
            {
                "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
                "client_id": CLIENT,
                "device_code": "x",
            },
            "invalid_grant",
        ),
    ],
)
async def test_each_mistake_has_the_protocols_own_name(
    program: OAuthDevice, form: dict[str, str], error: str
):
    reply = await program.ask("/oauth/token", **form)
    assert (reply.status, reply.json()["error"]) == (400, error)
    assert reply.json()["error_description"].isascii()


async def test_a_parameter_that_is_there_twice_is_refused(program: OAuthDevice):
    proof = ("DPoP", program.proof("POST", "/oauth/token"))
    body = b"grant_type=refresh_token&grant_type=password"
    reply = await program.client.send("POST", "/oauth/token", (proof, FORM), body)
    assert (reply.status, reply.json()["error"]) == (400, "invalid_request")
    assert reply.json()["error_description"].startswith("grant_type ")


@pytest.mark.parametrize(
    ("media_type", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("", b"", 415),
        ("application/x-www-form-urlencoded", b"a=%ff", 400),
        ("application/x-www-form-urlencoded", b"a=\xff", 400),
        ("application/x-www-form-urlencoded", b"&".join(b"%d=" % n for n in range(101)), 400),
        ("application/x-www-form-urlencoded", b"x" * 70_000, 413),
    ],
)
async def test_what_is_no_form_is_refused(client: AsgiClient, media_type: str, body: bytes, status: int):
    reply = await client.send("POST", "/oauth/revoke", (("Content-Type", media_type),), body)
    assert (reply.status, reply.json()["error"]) == (status, "invalid_request")


async def test_who_asks_too_often_is_told_when_to_come_back(program: OAuthDevice, door: Door, monkeypatch):
    async def busy(*_args: object, **_named: object) -> None:
        raise BudgetSpent(Level("tries", 3, 60, 0, 7))

    monkeypatch.setattr(type(door.services.identity.refresh), "__call__", busy)
    reply = await program.ask("/oauth/token", **UNKNOWN)
    assert (reply.status, reply.header("retry-after")) == (429, "7")
    assert reply.header("ratelimit-policy") == '"tries";q=3;w=60'
    assert reply.header("ratelimit") == '"tries";r=0;t=7'
    assert reply.json()["error"] == "temporarily_unavailable"


async def test_an_absent_database_is_no_refusal(program: OAuthDevice, door: Door, monkeypatch):
    def away(_self: object) -> None:
        raise DatabaseUnavailable

    monkeypatch.setattr(type(door.services.database), "transaction", away)
    reply = await program.ask("/oauth/token", **UNKNOWN)
    assert (reply.status, reply.json()["error"]) == (503, "temporarily_unavailable")
    assert reply.header("retry-after") == "5"


async def test_one_key_cannot_ask_for_codes_without_end(program: OAuthDevice):
    statuses = [
        (await program.ask("/oauth/device_authorization", client_id=CLIENT)).status for _ in range(21)
    ]
    assert statuses == [200] * 20 + [429]

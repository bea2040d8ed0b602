"""Signing a device in by the code it shows, and what becomes of its tokens."""

import pytest

from tests.support.clients import AsgiClient
from tests.support.oauth_devices import CLIENT, FORM, OAuthDevice
from tests.support.visitors import Visitor, said
from tests.support.web_apps import Door, a_door

METRICS = "Bearer a-long-token"


@pytest.fixture
def program(client: AsgiClient, door: Door) -> OAuthDevice:
    return OAuthDevice(client, clock=door.clock.now)


@pytest.fixture
async def mia(client: AsgiClient) -> Visitor:
    visitor = Visitor(client)
    assert (await visitor.sign_up()).status == 303
    return visitor


async def test_the_metadata_names_every_address(client: AsgiClient):
    reply = await client.send("GET", "/.well-known/oauth-authorization-server")
    told = reply.json()
    base = "http://127.0.0.1:8000"
    assert told["issuer"] == base
    assert {name: told[name] for name in told if name.endswith("_endpoint")} == {
        "authorization_endpoint": base + "/oauth/authorize",
        "token_endpoint": base + "/oauth/token",
        "device_authorization_endpoint": base + "/oauth/device_authorization",
        "revocation_endpoint": base + "/oauth/revoke",
        "introspection_endpoint": base + "/oauth/introspect",
    }
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["dpop_signing_alg_values_supported"] == ["ES256"]
    assert told["authorization_response_iss_parameter_supported"] is True
    assert reply.header("cache-control") == "public, max-age=300"


async def test_the_metadata_speaks_of_the_address_it_was_asked_at(client: AsgiClient):
    at_localhost = (("Host", "localhost:8000"),)
    told = (await client.send("GET", "/.well-known/oauth-authorization-server", at_localhost)).json()
    assert told["issuer"] == "http://localhost:8000"
    strange = (("Host", "evil.example"),)
    told = (await client.send("GET", "/.well-known/oauth-authorization-server", strange)).json()
    assert told["issuer"] == "http://127.0.0.1:8000"


async def test_a_device_signs_in_by_the_code_it_shows(program: OAuthDevice, mia: Visitor):
    codes = await program.begin(scope="activate", product="harbor-notes", device_name="Mia's laptop")
    assert codes["verification_uri"] == "http://127.0.0.1:8000/device"
    assert codes["verification_uri_complete"].endswith(f"/device?user_code={codes['user_code']}")
    assert (codes["expires_in"], codes["interval"]) == (600, 5)
    waiting = await program.poll(codes["device_code"])
    assert (waiting.status, waiting.json()["error"]) == (400, "authorization_pending")
    await mia.submit(f"/device?user_code={codes['user_code']}", "/device", decision="approve")
    reply = await program.poll(codes["device_code"])
    tokens = reply.json()
    assert reply.status == 200
    assert reply.header("cache-control") == "no-store"
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("DPoP", 600, "activate")
    assert tokens["account"] == {"masked": "m•••@o•••.example", "provider": "local"}
    assert (await program.poll(codes["device_code"])).json()["error"] == "invalid_grant"


async def test_the_approval_page_shows_what_asks(program: OAuthDevice, mia: Visitor, door: Door):
    codes = await program.begin(product="harbor-notes", device_name="Mia's laptop", action="link")
    page = said(await mia.get(f"/device?user_code={codes['user_code']}"))
    for shown in (
        codes["user_code"],
        "Mia&#39;s laptop",
        "Harbor Notes",
        "mia@outlook.example",
        "2 January 2026, 12:00 UTC",
        "The same network as you are in now",
        "it asks for this now",
    ):
        assert shown in page


async def test_the_approval_page_warns_of_a_device_that_asked_elsewhere(
    program: OAuthDevice, door: Door, mia: Visitor
):
    program.client = AsgiClient(door.app, address="198.51.100.9")
    codes = await program.begin()
    page = said(await mia.get(f"/device?user_code={codes['user_code']}"))
    assert "It asked from another network than yours" in page


async def test_what_a_device_calls_itself_cannot_write_into_the_page(program: OAuthDevice, mia: Visitor):
    codes = await program.begin(device_name="<script>alert(1)</script>")
    page = said(await mia.get(f"/device?user_code={codes['user_code']}"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


async def test_a_program_that_is_not_in_the_catalog_is_not_named(program: OAuthDevice, mia: Visitor):
    codes = await program.begin(product="your-bank")
    page = said(await mia.get(f"/device?user_code={codes['user_code']}"))
    assert "your-bank" not in page
    assert "A program that did not say its name" in page


async def test_a_denied_device_is_told_so(program: OAuthDevice, mia: Visitor):
    codes = await program.begin()
    page = await mia.submit(f"/device?user_code={codes['user_code']}", "/device", decision="deny")
    assert "It was not let in" in said(page)
    assert (await program.poll(codes["device_code"])).json()["error"] == "access_denied"


async def test_a_code_that_no_device_shows_is_told_without_a_trace_of_others(mia: Visitor):
    reply = await mia.get("/device?user_code=BCDF-GHJK")
    assert reply.status == 422
    assert "No device shows this code now" in said(reply)


async def test_guessing_codes_is_held_down(mia: Visitor, door: Door):
    statuses = [(await mia.get(f"/device?user_code=BCDF-GHJ{letter}")).status for letter in "BCDFGHJKLMN"]
    assert statuses == [422] * 10 + [429]
    slower = await mia.get("/device?user_code=BCDF-GHJB")
    assert int(slower.header("retry-after")) > 0


async def test_polling_too_often_is_slowed_down_for_good(program: OAuthDevice, door: Door):
    codes = await program.begin()
    await program.poll(codes["device_code"])
    assert (await program.poll(codes["device_code"])).json()["error"] == "slow_down"
    door.clock.forward(seconds=6)
    assert (await program.poll(codes["device_code"])).json()["error"] == "slow_down"


async def test_a_handed_over_device_code_is_worth_nothing_with_another_key(
    program: OAuthDevice, mia: Visitor, client: AsgiClient, door: Door
):
    codes = await program.begin()
    await mia.submit(f"/device?user_code={codes['user_code']}", "/device", decision="approve")
    thief = OAuthDevice(client, clock=door.clock.now)
    assert (await thief.poll(codes["device_code"])).json()["error"] == "invalid_grant"
    assert (await program.poll(codes["device_code"])).status == 200


async def test_refresh_tokens_rotate_and_a_lost_answer_is_forgiven(program: OAuthDevice, mia: Visitor):
    first = (await program.signed_in_by(mia))["refresh_token"]
    second = (await program.refresh(first)).json()["refresh_token"]
    assert second != first
    assert (await program.refresh(first)).json()["refresh_token"] == second


async def test_a_refresh_token_used_again_ends_the_whole_grant(
    program: OAuthDevice, mia: Visitor, door: Door
):
    first = (await program.signed_in_by(mia))["refresh_token"]
    second = (await program.refresh(first)).json()["refresh_token"]
    door.clock.forward(seconds=61)
    assert (await program.refresh(first)).json()["error"] == "invalid_grant"
    assert (await program.refresh(second)).json()["error"] == "invalid_grant"


async def test_a_stolen_refresh_token_is_worth_nothing_with_another_key(
    program: OAuthDevice, mia: Visitor, client: AsgiClient, door: Door
):
    token = (await program.signed_in_by(mia))["refresh_token"]
    thief = OAuthDevice(client, clock=door.clock.now)
    assert (await thief.refresh(token)).json()["error"] == "invalid_grant"
    assert (await program.refresh(token)).status == 200


async def test_a_revoked_token_takes_the_grant_with_it(program: OAuthDevice, mia: Visitor):
    tokens = await program.signed_in_by(mia)
    for token in (tokens["access_token"], "never given out"):
        reply = await program.ask("/oauth/revoke", token=token, client_id=CLIENT)
        assert (reply.status, reply.json()) == (200, {})
    assert (await program.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_introspection_is_for_who_has_the_credential(tmp_path):
    door = a_door(tmp_path, MOORING_METRICS_TOKEN="a-long-token")
    client = AsgiClient(door.app)
    program, mia = OAuthDevice(client, clock=door.clock.now), Visitor(client)
    await mia.sign_up()
    token = (await program.signed_in_by(mia))["access_token"]

    async def introspect(token: str, *headers: tuple[str, str]):
        return await client.send("POST", "/oauth/introspect", (FORM, *headers), f"token={token}".encode())

    told = (await introspect(token, ("Authorization", METRICS))).json()
    assert told["active"] is True
    assert told["cnf"] == {"jkt": program.jkt}
    assert told["exp"] - told["iat"] == 600
    assert told["sub"].startswith("acc_")
    assert (await introspect("x", ("Authorization", METRICS))).json() == {"active": False}
    for headers in ((), (("Authorization", "Bearer wrong"),), (("Authorization", "Basic a-long-token"),)):
        refused = await introspect(token, *headers)
        assert (refused.status, refused.json()["error"]) == (401, "invalid_client")
        assert refused.header("www-authenticate") == "Bearer"
    await door.close()


async def test_without_a_credential_nobody_introspects(client: AsgiClient):
    for value in ("Bearer None", "Bearer ", "Bearer"):
        reply = await client.send("POST", "/oauth/introspect", (FORM, ("Authorization", value)), b"token=x")
        assert reply.status == 401


async def test_what_one_person_decided_another_can_neither_see_nor_undo(
    client: AsgiClient, program: OAuthDevice
):
    mia, tom = Visitor(client), Visitor(client)
    await mia.sign_up()
    await tom.sign_up("tom@fabrikam.example")
    codes = await program.begin()
    await mia.submit(f"/device?user_code={codes['user_code']}", "/device", decision="approve")
    assert (await tom.get(f"/device?user_code={codes['user_code']}")).status == 422

"""The reference of OAuth says what the server does: addresses, examples, lifetimes, errors."""

import json
import re
from datetime import timedelta
from typing import Any, get_args

import pytest

from mooring.server.identity.domain.authorization import (
    asking,
    authorization_code,
    clients,
    device_authorization,
    tokens,
)
from mooring.server.identity.domain.authorization.oauth_error import ErrorName
from mooring.server.web.oauth import metadata
from mooring.server.web.oauth.door import CLOCK_TOLERANCE
from tests.support.clients import AsgiClient
from tests.support.documents import ROOT
from tests.support.oauth_devices import FORM, OAuthDevice
from tests.support.visitors import Visitor
from tests.support.web_apps import Door, a_door

PAGE = (ROOT / "docs" / "reference" / "http-api.md").read_text("utf-8")
SECTION = PAGE.partition("\n## Signing in: OAuth 2.0\n")[2].partition("\n## ")[0]
EXAMPLES = [json.loads(example) for example in re.findall(r"```json\n(.*?)```", SECTION, re.DOTALL)]

OF_THE_DOOR = {"use_dpop_nonce", "invalid_dpop_proof", "temporarily_unavailable"}
"""The errors that the door itself answers with; the others are the domain's."""


def rows(heading: str) -> list[list[str]]:
    """Return the rows of the table whose heading begins with these words."""
    table = SECTION.partition(f"\n| {heading}")[2].partition("\n\n")[0]
    assert table, f"there is no table that begins with {heading}"
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[2:]]


def example(*members: str) -> dict[str, Any]:
    """Return the one example that has these members."""
    (found,) = (each for each in EXAMPLES if set(members) <= set(each))
    return dict(found)


def in_words(duration: timedelta) -> str:
    """Return a duration as people say it."""
    seconds = int(duration.total_seconds())
    for unit, length in (("days", 86_400), ("minutes", 60)):
        if seconds % length == 0 and seconds > length:
            return f"{seconds // length} {unit}"
    return f"{seconds} seconds"


@pytest.fixture
def program(client: AsgiClient, door: Door) -> OAuthDevice:
    return OAuthDevice(client, clock=door.clock.now)


@pytest.fixture
async def mia(client: AsgiClient) -> Visitor:
    visitor = Visitor(client)
    await visitor.sign_up()
    return visitor


async def test_names_every_address_and_no_other(client: AsgiClient):
    described = (await client.send("GET", metadata.METADATA)).json()
    endpoints = {url for name, url in described.items() if name.endswith("_endpoint")}
    wanted = {metadata.METADATA} | {url.removeprefix(described["issuer"]) for url in endpoints}
    assert {re.findall(r"`(/.*?)`", row[0])[0] for row in rows("address | is | proof")} == wanted


async def test_says_which_addresses_want_a_proof(client: AsgiClient):
    for address, _, proof in rows("address | is | proof"):
        method, path = re.findall(r"`(.*?)`", address)
        reply = await client.send(method, path, (FORM,), b"x=1")
        assert (reply.header("dpop-nonce") is not None) is (proof == "yes"), address


async def test_the_answer_with_codes_is_as_it_is_shown(program: OAuthDevice):
    shown, codes = example("user_code"), await program.begin(product="harbor-notes")
    assert list(shown) == list(codes)
    assert (shown["expires_in"], shown["interval"]) == (codes["expires_in"], codes["interval"])
    assert len(shown["user_code"]) == len(codes["user_code"])
    for name in ("verification_uri", "verification_uri_complete"):
        path = shown[name].removeprefix("https://licenses.example.com")
        here = path.replace(shown["user_code"], codes["user_code"])
        assert codes[name] == f"http://127.0.0.1:8000{here}"


async def test_the_answer_with_tokens_is_as_it_is_shown(program: OAuthDevice, mia: Visitor):
    shown, given = example("refresh_token"), await program.signed_in_by(mia)
    assert list(shown) == list(given)
    for name in ("token_type", "expires_in", "scope"):
        assert shown[name] == given[name]
    assert list(shown["account"]) == list(given["account"])


async def test_the_answer_to_introspection_is_as_it_is_shown(tmp_path):
    door = a_door(tmp_path, MOORING_METRICS_TOKEN="a-long-token")
    client = AsgiClient(door.app)
    mia, program = Visitor(client), OAuthDevice(client, clock=door.clock.now)
    await mia.sign_up()
    token = (await program.signed_in_by(mia))["access_token"]
    headers = (("Authorization", "Bearer a-long-token"), FORM)
    answered = (await client.send("POST", metadata.INTROSPECT, headers, f"token={token}".encode())).json()
    shown = example("active")
    assert list(shown) == list(answered)
    assert shown["exp"] - shown["iat"] == answered["exp"] - answered["iat"]
    for name in ("active", "scope", "client_id", "token_type"):
        assert shown[name] == answered[name]
    assert list(shown["cnf"]) == list(answered["cnf"])
    await door.close()


def test_says_how_long_each_thing_is_good():
    lifetimes = dict(rows("what | is good for"))
    assert lifetimes["`device_code` and `user_code`"] == f"{in_words(device_authorization.LASTS)}, once"
    assert lifetimes["`code`"] == f"{in_words(authorization_code.LASTS)}, once"
    assert lifetimes["access token"] == in_words(tokens.ACCESS_LASTS)
    assert lifetimes["refresh token"].startswith(f"{in_words(tokens.REFRESH_LASTS)}, once")
    assert lifetimes["a refresh token whose answer was lost"] == f"{in_words(tokens.FORGIVEN)} more"
    assert f"for {in_words(tokens.FORGIVEN)} the same key" in SECTION
    assert f"wrong by up to {CLOCK_TOLERANCE // timedelta(hours=1)} hours" in " ".join(SECTION.split())
    assert device_authorization.INTERVAL == 5
    assert "five more after each `slow_down`" in SECTION


def test_names_every_error_and_no_other():
    assert {row[0].strip("`") for row in rows("`error` | status")} == {*get_args(ErrorName), *OF_THE_DOOR}


def test_names_the_one_client_the_one_scope_and_every_action():
    assert f"one public client, `{clients.DEVICE_CLIENT}`" in SECTION
    assert f"The one scope is `{clients.SCOPE}`" in SECTION
    assert "one of\n" + ", ".join(f"`{each}`" for each in asking.Action) in SECTION
    assert f"`device_name` (up to {asking.LONGEST_NAME} characters" in SECTION
    for uri in re.findall(r"`(http://\S+?PORT/callback)`", SECTION):
        assert clients.check_redirect_uri(uri.replace("PORT", "50999"))


async def test_a_proof_that_names_the_form_is_refused_as_is_said(program: OAuthDevice):
    await program.begin()
    proof = program.proof("POST", metadata.TOKEN, body=b"grant_type=refresh_token")
    reply = await program.ask_once(metadata.TOKEN, proof=proof, grant_type="refresh_token")
    assert (reply.status, reply.json()["error"]) == (400, "invalid_dpop_proof")
    assert "`body_hash`, so that any OAuth library" in SECTION


async def test_the_statuses_of_requests_that_cannot_be_read_are_as_they_are_said(client: AsgiClient):
    statuses = {row[0]: row[1] for row in rows("`error` | status")}["`invalid_request`"]
    seen = {
        (await client.send("GET", metadata.REVOKE)).status,
        (await client.send("POST", metadata.REVOKE, (("Content-Type", "text/plain"),), b"token=x")).status,
        (await client.send("POST", metadata.REVOKE, (FORM,), b"token=x&token=y")).status,
        (await client.send("POST", metadata.REVOKE, (FORM,), b"token=" + b"x" * 70_000)).status,
    }
    assert seen == {int(status) for status in re.findall(r"\d+", statuses)}

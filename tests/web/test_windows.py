"""PCs tell of their Windows, over HTTP and on the account page: to their owner alone, and in codes alone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, update

from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.storage.tables import windows_pcs
from tests.support.clients import AsgiClient
from tests.support.computers import a_computer
from tests.support.licenses import SALT
from tests.support.new_holders import a_door_for_new_holders
from tests.support.oauth_devices import OAuthDevice
from tests.support.visitors import Form, Visitor, location, said
from tests.support.web_apps import Door

RENAME = Statement(update(windows_pcs).values(name=bindparam("new_name")))
HOME = {
    "state": "not_activated",
    "channel": "oem_dm",
    "edition": "Core",
    "last_five": "8HVX7",
    "version": "10.0.19045",
    "build": 19045,
    "problem": "0xC004F213",
}


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    door, _, _ = a_door_for_new_holders(tmp_path, proves_sign_ups=False)
    yield door
    await door.close()


@pytest.fixture
async def mia(door: Door) -> Visitor:
    visitor = Visitor(AsgiClient(door.app))
    assert location(await visitor.sign_up()) == "/account"
    return visitor


@pytest.fixture
async def pc(door: Door, mia: Visitor) -> OAuthDevice:
    """Return a PC on which Mia is signed in, and which uses no license of hers."""
    pc = OAuthDevice(
        AsgiClient(door.app),
        address=door.services.addresses[0],
        clock=door.clock.now,
        computer=a_computer(),
        salt=SALT,
    )
    pc.token = (await pc.signed_in_by(mia))["access_token"]
    return pc


def own(pc: OAuthDevice) -> str:
    return f"/v1/me/windows/{pc.jkt}"


async def items(pc: OAuthDevice) -> Any:
    reply = await pc.signed("GET", "/v1/me/windows")
    assert reply.status == 200
    return reply.json()["items"]


async def test_tells_lists_and_forgets(pc: OAuthDevice, door: Door):
    told = await pc.put(own(pc), HOME | {"agreed": 1})
    assert told.status == 200
    document = told.json()
    at = document.pop("told_at")
    assert document.pop("consent") == {"version": 1, "given_at": at}
    assert document.pop("name")
    assert document == HOME | {"device": pc.jkt}
    assert [each["device"] for each in await items(pc)] == [pc.jkt]
    assert (await pc.signed("DELETE", own(pc))).status == 204
    assert (await pc.signed("DELETE", own(pc))).code == "not_found"
    assert await items(pc) == []


async def test_without_consent_the_server_takes_nothing(pc: OAuthDevice):
    refused = await pc.put(own(pc), HOME)
    assert (refused.status, refused.code) == (403, "consent_required")
    assert (refused.json()["purpose"], refused.json()["version"]) == ("windows", 1)
    assert refused.json()["next"]["action"] == "look_and_agree"
    assert await items(pc) == []


async def test_a_recorded_request_cannot_be_sent_again_after_the_consent_was_withdrawn(pc: OAuthDevice):
    await pc.signed("GET", "/v1/me/windows")  # for the nonce
    body = b'{"state":"activated","channel":"retail","agreed":1}'
    headers = (
        ("DPoP", pc.proof("PUT", own(pc), body, access_token=pc.token)),
        ("Authorization", f"DPoP {pc.token}"),
        ("Content-Type", "application/json"),
    )
    assert (await pc.client.send("PUT", own(pc), headers, body)).status == 200
    assert (await pc.signed("DELETE", own(pc))).status == 204
    again = await pc.client.send("PUT", own(pc), headers, body)
    assert (again.status, again.json()["why"]) == (401, "replayed")
    assert await items(pc) == []


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("state", None),
        ("state", "<b>activated</b>"),
        ("state", "a" * 33),
        ("channel", 7),
        ("channel", "retail\n"),
        ("edition", "<script>alert(1)</script>"),
        ("edition", "Édition"),
        ("edition", "P" * 33),
        ("edition", ""),
        ("last_five", "3V66"),
        ("last_five", "RKFGK-R3FVD-YNF97-79FNY-DVFQK"),
        ("version", "10.0 <i>"),
        ("version", "1.2.3.4.5"),
        ("build", -1),
        ("build", 10_000_001),
        ("build", "22631"),
        ("problem", "0xC004F21"),
        ("problem", "C004F213"),
        ("agreed", True),
        ("agreed", 0),
        ("agreed", 2),
    ],
)
async def test_a_forged_value_is_refused(pc: OAuthDevice, member: str, value: object):
    refused = await pc.put(own(pc), HOME | {"agreed": 1} | {member: value})
    assert (refused.status, refused.code) == (422, "invalid_request")
    assert await items(pc) == []


async def test_what_is_too_long_or_names_no_computer_is_refused(pc: OAuthDevice):
    assert (await pc.put(own(pc), HOME | {"more": "x" * 70_000})).code == "payload_too_large"
    for name in ("x" * 42, "x" * 44, "dev_1", "lic_01k0000000000000000000000a", "x" * 42 + "."):
        refused = await pc.put(f"/v1/me/windows/{name}", HOME | {"agreed": 1})
        assert (refused.status, refused.code) == (422, "invalid_request")
    for name in ("x" * 43, "dev_01k0000000000000000000000a"):
        refused = await pc.put(f"/v1/me/windows/{name}", HOME | {"agreed": 1})
        assert (refused.status, refused.code) == (404, "not_found")
    assert await items(pc) == []


async def test_what_a_later_pc_tells_beside_is_not_kept(pc: OAuthDevice):
    told = await pc.put(own(pc), HOME | {"agreed": 1, "state": "frozen", "channel": "leased", "owner": "Mia"})
    assert (told.json()["state"], told.json()["channel"]) == ("unknown", "unknown")
    assert "owner" not in told.json()


async def test_somebody_must_be_signed_in(pc: OAuthDevice):
    pc.token = None
    for method, path in (("GET", "/v1/me/windows"), ("DELETE", own(pc))):
        assert (await pc.signed(method, path)).code == "sign_in_required"
    assert (await pc.put(own(pc), HOME | {"agreed": 1})).code == "sign_in_required"


class TestOnTheAccountPage:
    async def test_an_empty_page_says_how(self, mia: Visitor):
        page = said(await mia.get("/account"))
        assert "Windows on your PCs" in page
        assert "<code>mooring windows report</code> on the PC asks you first." in page

    async def test_shows_each_pc_in_words_and_forgets_it_by_a_button(self, pc: OAuthDevice, mia: Visitor):
        told = (await pc.put(own(pc), HOME | {"agreed": 1})).json()
        page = said(await mia.get("/account"))
        for words in (
            told["name"],
            "Windows 10 Home",
            '<span class="tag warning">Not activated</span>',
            "8HVX7",
            "its product key lies in the firmware",
            "(0xC004F213)",
            "you agreed <time",
        ):
            assert words in page
        reply = await mia.submit("/account", f"/account/windows/{pc.jkt}/forget")
        assert location(reply) == "/account?done=windows-forgotten"
        page = said(await mia.get("/account?done=windows-forgotten"))
        assert "What that PC told of its Windows is deleted, and it may tell nothing more." in page
        assert "Windows 10 Home" not in page
        assert (await pc.put(own(pc), HOME)).code == "consent_required"

    async def test_speaks_the_language_of_its_reader(self, pc: OAuthDevice, mia: Visitor):
        await pc.put(own(pc), HOME | {"agreed": 1})
        page = said(await mia.get("/account?language=de"))
        assert "Windows auf Ihren PCs" in page
        assert '<span class="tag warning">Nicht aktiviert</span>' in page

    async def test_a_name_is_text_and_nothing_else(self, pc: OAuthDevice, mia: Visitor, door: Door):
        await pc.put(own(pc), HOME | {"agreed": 1})
        forged = "<script>alert(1)</script>"
        async with door.services.database.transaction() as transaction:
            await transaction.execute(RENAME, new_name=forged)
        page = said(await mia.get("/account"))
        assert forged not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page

    async def test_nobody_forgets_another_persons_pc(self, pc: OAuthDevice, mia: Visitor, door: Door):
        await pc.put(own(pc), HOME | {"agreed": 1})
        tom = Visitor(AsgiClient(door.app))
        await tom.sign_up("tom@post.example")
        page = said(await tom.get("/account"))
        assert pc.jkt not in page
        action = f"/account/windows/{pc.jkt}/forget"
        assert (await tom.post(action, Form(page, "/sign-out").fields)).status == 404
        assert len(await items(pc)) == 1

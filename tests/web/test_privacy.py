"""What people agree to share, over HTTP and on their account page: off until agreed, gone when withdrawn."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from mooring.core.identifiers import new_device_id
from tests.support.clients import AsgiClient
from tests.support.computers import a_computer
from tests.support.licenses import AT, SALT
from tests.support.new_holders import a_door_for_new_holders
from tests.support.oauth_devices import OAuthDevice
from tests.support.visitors import Visitor, location, said
from tests.support.web_apps import Door

PATH = "/v1/me/privacy"
NOT_ASKED = ["usage", "diagnostics", "country", "support", "improvement", "partners", "offers"]
AGREE = {"choices": {"device_name": True}, "text_versions": {"device_name": 1}}
WITHDRAW = {"choices": {"device_name": False}}


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
    """Return a computer on which Mia is signed in."""
    pc = OAuthDevice(
        AsgiClient(door.app),
        address=door.services.addresses[0],
        clock=door.clock.now,
        computer=a_computer(),
        salt=SALT,
    )
    pc.token = (await pc.signed_in_by(mia))["access_token"]
    return pc


async def choices(pc: OAuthDevice) -> Any:
    reply = await pc.signed("GET", PATH)
    assert reply.status == 200
    return reply.json()


async def test_everything_is_off_until_it_is_agreed_to(pc: OAuthDevice):
    document = await choices(pc)
    (choice,) = document["choices"]
    assert choice.pop("text").startswith("Programs may send the name that your computer has")
    assert choice == {
        "name": "device_name",
        "kind": "data",
        "agreed": False,
        "agreed_at": None,
        "text_version": 1,
        "asked": True,
    }
    assert (document["not_asked"], document["history"]) == (NOT_ASKED, [])


async def test_agrees_and_withdraws_and_keeps_the_record(pc: OAuthDevice, door: Door):
    agreed = await pc.put(PATH, AGREE)
    assert agreed.status == 200
    assert agreed.json() == await choices(pc)
    (choice,) = agreed.json()["choices"]
    assert choice["agreed"] is True
    assert choice["agreed_at"] is not None
    assert (await pc.put(PATH, AGREE)).json() == agreed.json()
    withdrawn = await pc.put(PATH, WITHDRAW)
    assert withdrawn.json()["choices"][0]["agreed"] is False
    (record,) = withdrawn.json()["history"]
    assert record.pop("id").startswith("cns_")
    assert record == {
        "name": "device_name",
        "agreed_at": choice["agreed_at"],
        "withdrawn_at": choice["agreed_at"],
        "text_version": 1,
        "language": "en",
        "by": "program",
        "withdrawn_by": "program",
    }
    assert (await pc.put(PATH, WITHDRAW)).json() == withdrawn.json()


PAGE = "/account/privacy"


async def choose(mia: Visitor, **changes: str) -> Any:
    """Press the button that the page shows."""
    return await mia.submit(PAGE, PAGE, **changes)


async def test_the_page_agrees_and_withdraws_with_one_button_each(mia: Visitor, pc: OAuthDevice):
    page = said(await mia.get(PAGE))
    assert "Off" in page
    assert "Share nothing" not in page
    assert location(await choose(mia)) == f"{PAGE}?done=agreed"
    page = said(await mia.get(f"{PAGE}?done=agreed"))
    assert "You agreed. It counts from now on" in page
    assert "You agreed" in page
    assert "on this site" in page
    assert (await choices(pc))["history"][0]["by"] == "site"
    assert location(await choose(mia)) == f"{PAGE}?done=withdrawn"
    assert (await choices(pc))["history"][0]["withdrawn_by"] == "site"
    assert "You do not share the names of your computers any more." in said(await mia.get("/account"))


async def test_shares_nothing_in_one_act(mia: Visitor, pc: OAuthDevice):
    await pc.put(PATH, AGREE)
    assert location(await mia.submit(PAGE, f"{PAGE}/share-nothing")) == f"{PAGE}?done=nothing"
    assert (await choices(pc))["choices"][0]["agreed"] is False
    assert "You share nothing that is optional." in said(await mia.get(f"{PAGE}?done=nothing"))


@pytest.mark.parametrize(
    "changes",
    [
        {"text_version": "2"},
        {"text_version": "no number"},
        {"text_version": "²"},
        {"text_version": "1" * 5000},
        {"choice": "usage"},
        {"choice": "unheard"},
        {"choice": ""},
    ],
)
async def test_a_form_that_does_not_fit_what_is_asked_changes_nothing(
    mia: Visitor, pc: OAuthDevice, changes: dict[str, str]
):
    answer = await choose(mia, **changes)
    assert answer.status == 422
    assert "Nothing was done: read it once more, please." in said(answer)
    assert (await choices(pc))["history"] == []


async def test_the_consent_names_the_language_in_which_the_text_was_read(mia: Visitor, pc: OAuthDevice):
    await mia.get("/account?language=de")
    assert location(await choose(mia)) == f"{PAGE}?done=agreed"
    assert (await choices(pc))["history"][0]["language"] == "de"


@pytest.mark.parametrize(
    ("message", "member"),
    [
        ({}, "choices"),
        ({"choices": {"device_name": "yes"}}, "choices"),
        ({"choices": {"unheard": True}}, "choices.unheard"),
        ({"choices": {"usage": True}, "text_versions": {"usage": 1}}, "choices.usage"),
        ({"choices": {"usage": False}}, "choices.usage"),
        ({"choices": {"device_name": True}}, "text_versions.device_name"),
        (
            {"choices": {"device_name": True}, "text_versions": {"device_name": 2}},
            "text_versions.device_name",
        ),
        ({"choices": {"Device Name": True}}, "choices"),
    ],
)
async def test_names_the_member_that_cannot_be(pc: OAuthDevice, message: dict[str, Any], member: str):
    refused = await pc.put(PATH, message)
    assert (refused.status, refused.code) == (422, "invalid_request")
    assert refused.json()["member"].startswith(member)
    assert (await choices(pc))["history"] == []


async def test_a_wish_is_done_as_a_whole_or_not_at_all(pc: OAuthDevice):
    refused = await pc.put(
        PATH, {"choices": {"device_name": True, "usage": True}, "text_versions": {"device_name": 1}}
    )
    assert refused.code == "invalid_request"
    assert (await choices(pc))["choices"][0]["agreed"] is False


async def test_nobody_chooses_for_an_account_without_signing_in(pc: OAuthDevice):
    pc.token = None
    for method, body in (("GET", None), ("PUT", AGREE)):
        refused = await (pc.signed(method, PATH) if body is None else pc.put(PATH, body))
        assert (refused.status, refused.code) == (401, "sign_in_required")


async def test_a_program_that_names_its_computer_says_by_which_consent(pc: OAuthDevice):
    path = f"/v1/me/devices/{new_device_id(AT)}"
    unheard = await pc.say("PATCH", path, {"name": "Studio PC", "consent": "unheard"})
    assert (unheard.code, unheard.json()["member"]) == ("invalid_request", "consent")
    body = {"name": "Studio PC", "consent": "device_name"}
    refused = await pc.say("PATCH", path, body)
    assert (refused.status, refused.code) == (403, "consent_required")
    assert (refused.json()["purpose"], refused.json()["version"]) == ("device_name", 1)
    await pc.put(PATH, AGREE)
    assert (await pc.say("PATCH", path, body)).code == "not_found"


async def test_the_text_is_in_the_language_that_the_reader_likes_best(pc: OAuthDevice):
    headers = (("Accept-Language", "fr-CA, en;q=0.5"),)
    reply = await pc.signed("GET", PATH, headers=headers)
    assert "Les programmes peuvent envoyer" in reply.json()["choices"][0]["text"]
    assert reply.header("content-language") == "fr"

"""What people agree to share, over HTTP and on their account's page: off until agreed, gone when withdrawn."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.clients import AsgiClient
from tests.support.computers import a_computer
from tests.support.licenses import SALT
from tests.support.new_holders import a_door_for_new_holders
from tests.support.oauth_devices import OAuthDevice
from tests.support.visitors import Visitor, location
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

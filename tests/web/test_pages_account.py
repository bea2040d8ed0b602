"""The account page: what is held, where it is used, whether it can move, and what can be done about it."""

import dataclasses
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from mooring.core.refusals import KeyMalformed, KeyUnknown, MoveNotAllowed
from mooring.server.foundation.budgets.budget import BudgetSpent, Level
from mooring.server.web.app import WebApp
from tests.support.clients import AsgiClient
from tests.support.held_licenses import LATER, NEVER, NOON, HeldLicenses, a_device, a_license, an_event
from tests.support.oauth_devices import OAuthDevice
from tests.support.visitors import Visitor, location, said
from tests.support.web_apps import Door, a_door

KEY = "BCDFG-HJKMN-PQRTV-WXY23-46789"


@pytest.fixture
def held() -> HeldLicenses:
    return HeldLicenses()


@pytest.fixture
async def door(tmp_path: Path, held: HeldLicenses) -> AsyncIterator[Door]:
    door = a_door(tmp_path)
    services = dataclasses.replace(door.services, holders=held.services())
    yield dataclasses.replace(door, app=WebApp(services), services=services)
    await door.close()


@pytest.fixture
async def mia(client: AsgiClient) -> Visitor:
    visitor = Visitor(client)
    assert location(await visitor.sign_up()) == "/account"
    return visitor


async def test_an_empty_account_says_what_to_do_next(mia: Visitor):
    page = said(await mia.get("/account"))
    for words in (
        "No license is linked to this account yet.",
        "No device holds a seat of your licenses.",
        "No device is signed in.",
    ):
        assert words in page


async def test_shows_licenses_with_their_seats_drawn(mia: Visitor, held: HeldLicenses):
    held.licenses = [a_license(1, a_device(1, "studio"), a_device(2, "laptop"), seats=3)]
    page = said(await mia.get("/account"))
    assert 'role="img" aria-label="2 of 3 seats taken"' in page
    assert (page.count("seat-taken"), page.count("seat-free")) == (2, 1)
    for words in ("Harbor Notes", "8XKQ2", "studio", "laptop", "2 of 3 seats in use"):
        assert words in page


async def test_says_whether_a_license_can_move(mia: Visitor, held: HeldLicenses):
    for license_, words in (
        (
            a_license(1),
            "It can move.</strong> You can safely change hardware, or change to another computer: 4",
        ),
        (a_license(1, can_move=NEVER), "It cannot move.</strong> It belongs to its first computer."),
        (a_license(1, can_move=LATER), 'it can move again on <time datetime="2026-02-11T12:00:00Z"'),
        (a_license(1, confirmed=False), 'You hold this license for good from <time datetime="2026-01-11T12'),
    ):
        held.licenses = [license_]
        assert words in said(await mia.get("/account"))


async def test_says_what_the_publisher_did_to_a_license_and_when_it_ends(mia: Visitor, held: HeldLicenses):
    held.licenses = [a_license(1, standing="suspended", expires_at=NOON + timedelta(days=30))]
    page = said(await mia.get("/account"))
    assert "Suspended" in page
    assert "1 February 2026" in page


async def test_long_lists_go_on_to_another_page(mia: Visitor, held: HeldLicenses):
    held.licenses = [a_license(number, name=f"Program {number:02d}") for number in range(60)]
    page = said(await mia.get("/account"))
    assert "Program 49" in page
    assert "Program 50" not in page
    more = page.partition('href="/account?licenses=')[2].partition('"')[0]
    assert "Program 59" in said(await mia.get(f"/account?licenses={more}"))


async def test_a_claimed_key_becomes_ones_own(mia: Visitor, held: HeldLicenses):
    reply = await mia.submit("/account", "/account/claim", product_key=f" {KEY.lower()} ")
    assert location(reply) == "/account?done=claimed"
    ((what, key, account),) = held.done
    assert (what, key.formatted()) == ("claim", KEY)
    assert (account.masked, account.provider) == ("m•••@o•••.example", "local")
    assert "The license is yours now." in said(await mia.get(location(reply)))


async def test_keys_cannot_be_guessed_on_the_page(mia: Visitor, held: HeldLicenses):
    statuses = []
    for _ in range(40):
        held.refusal = KeyUnknown()
        statuses.append((await mia.submit("/account", "/account/claim", product_key=KEY)).status)
    assert (statuses[0], statuses[-1]) == (404, 429)


async def test_a_key_that_somebody_uses_gives_a_license_for_now(mia: Visitor, held: HeldLicenses):
    held.claims_for_good = False
    held.licenses = [a_license(1, confirmed=False)]
    reply = await mia.submit("/account", "/account/claim", product_key=KEY)
    page = said(await mia.get(location(reply)))
    assert "not yours for good yet" in page
    assert "The devices of a license show here once you hold it for good." in page


async def test_a_mistyped_key_is_answered_beside_its_field(mia: Visitor, held: HeldLicenses):
    typed = KEY[:-1] + "B"
    reply = await mia.submit("/account", "/account/claim", product_key=typed)
    page = said(reply)
    assert reply.status == 422
    assert 'id="product_key-wrong"' in page
    assert "<details open>" in page
    assert f'value="{typed}"' in page
    assert held.done == []


async def test_one_wrong_character_is_named_and_the_key_that_was_meant_is_offered(
    mia: Visitor, held: HeldLicenses
):
    typed = KEY.replace("MN-", "MM-")
    page = said(await mia.submit("/account", "/account/claim", product_key=typed))
    assert "Character 5 of group 2 looks wrong." in page
    assert f'Did you mean <span class="code key">{KEY}</span>?' in page
    assert held.done == []  # offered, never applied unasked
    reply = await mia.submit("/account", "/account/claim", product_key=KEY)  # as its button does
    assert f'<input type="hidden" name="product_key" value="{KEY}">' in page
    assert location(reply) == "/account?done=claimed"


@pytest.mark.parametrize("typed", [KEY[:-1], KEY.replace("MN-PQ", "MM-PP")])
async def test_no_key_is_offered_where_more_is_wrong(mia: Visitor, held: HeldLicenses, typed: str):
    page = said(await mia.submit("/account", "/account/claim", product_key=typed))
    assert 'id="product_key-wrong"' in page
    assert "Did you mean" not in page


async def test_tells_what_happened_lately_by_the_names_one_knows(mia: Visitor, held: HeldLicenses):
    held.licenses = [a_license(1, a_device(1, "studio"))]
    held.events = [
        an_event(1, "installation.possible_clone"),
        an_event(2, "account.signed_in"),
        an_event(3, "activation.released", reason="moved"),
        an_event(4, "activation.released", reason="something new"),
        an_event(5, "license.unlinked", known=False),
        an_event(6, "device.signed_in"),
    ]
    page = said(await mia.get("/account"))
    lately = page.partition('<h2 id="lately">')[2].partition("</ul>")[0]
    told = [
        "Two copies of Harbor Notes seem to run, one of them on studio.",
        "Harbor Notes moved from studio to another computer.",
        "studio gave up its seat of Harbor Notes.",
        "A license was unlinked from your account.",
        "A device signed in to your account.",
    ]
    assert [lately.index(each) for each in told] == sorted(lately.index(each) for each in told)
    assert lately.count("<li") == 5
    assert (lately.count("Look at this"), lately.count("2026-01-01T12:00:00Z")) == (1, 1)


async def test_shows_the_latest_eight(mia: Visitor, held: HeldLicenses):
    held.events = [an_event(number, "license.linked") for number in range(1, 12)]
    assert said(await mia.get("/account")).count("was linked to your account") == 8


async def test_where_nothing_happened_nothing_is_said_of_it(mia: Visitor, held: HeldLicenses):
    held.events = [an_event(1, "account.created")]
    assert "What happened lately" not in said(await mia.get("/account"))


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(KeyUnknown(), 404), (BudgetSpent(Level("tries", 3, 60, 0, 9)), 429), (KeyMalformed(), 422)],
)
async def test_a_refused_key_says_why(mia: Visitor, held: HeldLicenses, refusal: Exception, status: int):
    held.refusal = refusal
    reply = await mia.submit("/account", "/account/claim", product_key=KEY)
    assert reply.status == status
    assert reply.header("retry-after") == ("9" if status == 429 else None)
    assert reply.header("ratelimit") == ('"tries";r=0;t=9' if status == 429 else None)
    assert 'id="product_key-wrong"' in said(reply)


@pytest.mark.parametrize(
    ("page", "what", "done"),
    [
        ("/account/devices/dev_00000000000000000000000001/free", "free", "freed"),
        ("/account/licenses/lic_00000000000000000000000001/unlink", "unlink", "unlinked"),
        ("/account/free-all", "free_all", "freed-all"),
    ],
)
async def test_what_takes_something_away_is_asked_once_more(
    mia: Visitor, held: HeldLicenses, page: str, what: str, done: str
):
    held.licenses = [a_license(1, a_device(1))]
    asked = said(await mia.get(page))
    assert "Cancel" in asked
    assert held.done == []
    reply = await mia.submit(page, page)
    assert location(reply) == f"/account?done={done}"
    assert [entry[0] for entry in held.done] == [what]
    assert 'role="status"' in said(await mia.get(location(reply)))


async def test_a_refused_act_says_why_and_leads_back(mia: Visitor, held: HeldLicenses):
    held.licenses = [a_license(1, a_device(1))]
    held.refusal = MoveNotAllowed()
    page = "/account/devices/dev_00000000000000000000000001/free"
    reply = await mia.submit(page, page)
    assert reply.status == 409
    assert "<code>move_not_allowed</code>" in said(reply)
    assert 'href="/account"' in said(reply)


async def test_a_device_gets_a_name_its_owner_knows(mia: Visitor, held: HeldLicenses):
    held.licenses = [a_license(1, a_device(1))]
    page = "/account/devices/dev_00000000000000000000000001/rename"
    assert 'value="amber-heron"' in said(await mia.get(page))
    assert location(await mia.submit(page, page, name="Mia's studio")) == "/account?done=renamed"
    assert held.done[0][:3] == ("rename", "dev_00000000000000000000000001", "Mia's studio")
    empty = await mia.submit(page, page, name="  ")
    assert empty.status == 422
    assert 'id="name-wrong"' in said(empty)


@pytest.mark.parametrize(
    "page", ["/account/devices/dev_9/free", "/account/devices/dev_9/rename", "/account/licenses/lic_9/unlink"]
)
async def test_what_is_not_ones_own_is_not_found(mia: Visitor, held: HeldLicenses, page: str):
    held.licenses = [a_license(1, a_device(1))]
    assert (await mia.get(page)).status == 404


async def test_things_beyond_the_first_page_can_be_reached(mia: Visitor, held: HeldLicenses):
    held.licenses = [a_license(number, a_device(number)) for number in range(230)]
    assert (await mia.get(f"/account/licenses/{held.licenses[229].license.id}/unlink")).status == 200
    device = held.licenses[229].devices[0].device.id
    assert (await mia.get(f"/account/devices/{device}/free")).status == 200


async def test_signed_in_devices_can_be_signed_out(mia: Visitor, client: AsgiClient, door: Door):
    program = OAuthDevice(client, clock=door.clock.now)
    codes = await program.begin(product="harbor-notes", device_name="Mia's laptop")
    await mia.submit(f"/device?user_code={codes['user_code']}", "/device", decision="approve")
    token = (await program.poll(codes["device_code"])).json()["refresh_token"]
    page = said(await mia.get("/account"))
    assert "Mia&#39;s laptop" in page
    action = page.partition('action="/account/grants/')[2].partition('"')[0]
    reply = await mia.submit("/account", f"/account/grants/{action}")
    assert location(reply) == "/account?done=signed-out"
    assert "No device is signed in." in said(await mia.get("/account"))
    assert (await program.refresh(token)).json()["error"] == "invalid_grant"


async def test_only_what_was_really_done_is_said(mia: Visitor):
    page = said(await mia.get("/account?done=<script>alert(1)</script>"))
    assert 'role="status"' not in page
    assert "alert(1)" not in page

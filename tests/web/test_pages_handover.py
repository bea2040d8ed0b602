"""Handing a license over on the site, and over the API: what each page shows and does, and for whom."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from mooring.core.refusals import LicenseSuspended
from mooring.server.licensing.domain.license import Standing
from tests.support.clients import AsgiClient
from tests.support.devices import SimulatedDevice
from tests.support.licenses import a_policy
from tests.support.mailboxes import Mailboxes
from tests.support.new_holders import Shop, a_door_for_new_holders
from tests.support.oauth_devices import OAuthDevice
from tests.support.visitors import Visitor, location, path_of, said
from tests.support.web_apps import Door

MIA, TOM, ANN = "mia@outlook.example", "tom@post.example", "ann@post.example"
CODE = "/sign-up/code"
HANDOVERS = "/account/handovers"
PATH = "/v1/me/handovers"


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[tuple[Door, Mailboxes, Shop]]:
    opened = a_door_for_new_holders(tmp_path)
    yield opened
    await opened[0].close()


@pytest.fixture
def door(opened: Any) -> Door:
    return opened[0]


@pytest.fixture
def mailboxes(opened: Any) -> Mailboxes:
    return opened[1]


@pytest.fixture
def shop(opened: Any) -> Shop:
    return opened[2]


@pytest.fixture
def client(door: Door) -> AsgiClient:
    return AsgiClient(door.app)


async def a_person(client: AsgiClient, mailboxes: Mailboxes, email: str, *, next_page: str = "") -> Visitor:
    """Return the browser of somebody who has just proved this address."""
    visitor = Visitor(client)
    await visitor.sign_up(email, next_page=next_page)
    code = (await mailboxes.latest("verify_address")).code
    assert (await visitor.submit(CODE, CODE, code=code)).status == 303
    return visitor


@pytest.fixture
async def mia(client: AsgiClient, mailboxes: Mailboxes) -> Visitor:
    return await a_person(client, mailboxes, MIA)


@pytest.fixture
async def hers(mia: Visitor, shop: Shop) -> str:
    """The id of a license that Mia holds."""
    key, license_id = await shop.key()
    assert (
        location(await mia.submit("/account", "/account/claim", product_key=key)) == "/account?done=claimed"
    )
    return license_id


def offer_page(license_id: str) -> str:
    return f"/account/licenses/{license_id}/hand-over"


async def offered(mia: Visitor, license_id: str, to: str = TOM) -> str:
    """Let Mia offer the license, and return where its actions are."""
    page = offer_page(license_id)
    assert location(await mia.submit(page, page, email=to)) == f"{HANDOVERS}?done=offered"
    shown = said(await mia.get(HANDOVERS))
    return shown.partition(f'action="{HANDOVERS}/')[2].partition("/undo")[0]


class TestOffering:
    async def test_says_what_it_means_before_and_asks_for_the_address(self, mia, hers):
        page = said(await mia.get(offer_page(hers)))
        for words in (
            "Hand Harbor Notes over",
            "They have seven days to accept.",
            "No device uses it, so none stops working.",
            f"They see who offers it: <strong>{MIA}</strong>.",
        ):
            assert words in page

    async def test_says_how_many_devices_give_their_seats_up(self, mia, shop):
        key, license_id = await shop.key(3)
        await mia.submit("/account", "/account/claim", product_key=key)
        for seed, words in (
            (1, "the device that uses it gives up its seat"),
            (2, "all 2 devices that use it"),
        ):
            await shop.activate(license_id, seed)
            assert words in said(await mia.get(offer_page(license_id)))

    async def test_the_offer_stands_on_the_account_page_and_its_own(self, mia, hers):
        await offered(mia, hers)
        assert f"It is offered to {TOM}." in said(await mia.get("/account"))
        page = said(await mia.get(f"{HANDOVERS}?done=offered"))
        assert "Both of you get a mail." in page
        assert TOM in page

    async def test_an_address_that_is_none_or_ones_own_is_told_beside_the_field(self, mia, hers):
        page = offer_page(hers)
        for typed, words in (("tom", "This is not an e-mail address."), (MIA, "This is your own address.")):
            reply = await mia.submit(page, page, email=typed)
            assert reply.status == 422
            assert words in said(reply)
            assert f'value="{typed}"' in said(reply)

    async def test_a_second_offer_is_refused_where_one_is_open(self, mia, hers):
        await offered(mia, hers)
        reply = await mia.submit(offer_page(hers), offer_page(hers), email=ANN)
        assert reply.status == 409
        assert "Take that offer back first." in said(reply)

    async def test_too_many_offers_are_told_to_wait(self, mia, hers):
        for _ in range(5):
            name = await offered(mia, hers)
            await mia.submit(HANDOVERS, f"{HANDOVERS}/{name}/undo")
        reply = await mia.submit(offer_page(hers), offer_page(hers), email=TOM)
        assert reply.status == 429
        assert "There were too many tries." in said(reply)

    async def test_offering_asks_for_a_fresh_sign_in(self, mia, hers, door):
        shown = await mia.get(offer_page(hers))
        door.clock.forward(minutes=11)
        for reply in (
            await mia.get(offer_page(hers)),
            await mia.post(offer_page(hers), {"email": TOM, "form_token": "x"}),
        ):
            assert reply.status in {303, 403}
        assert location(await mia.get(offer_page(hers))).startswith("/account/security/again?next=")
        assert shown.status == 200

    async def test_who_proves_again_who_they_are_comes_back_to_the_offer(self, mia, hers, door):
        door.clock.forward(minutes=11)
        again = location(await mia.get(offer_page(hers)))
        entered = await mia.submit(again, "/account/security/again", password="correct horse battery staple")
        assert location(entered) == offer_page(hers)
        assert (await mia.get(offer_page(hers))).status == 200

    @pytest.mark.parametrize(
        "path", ["//evil.example/{}", "/{}", "/cb/{}", "/account/licenses/{{id}}/hand-over"]
    )
    async def test_nobody_is_led_to_what_is_no_page_of_theirs(self, mia, hers, path):
        page = said(await mia.get(f"/account/security/again?next={path.format(hers)}"))
        assert 'name="next" value="/account/security"' in page

    async def test_what_cannot_change_hands_says_why(self, mia, shop):
        key, license_id = await shop.key(channel="oem")
        await mia.submit("/account", "/account/claim", product_key=key)
        assert offer_page(license_id) not in said(await mia.get("/account"))
        reply = await mia.submit(offer_page(license_id), offer_page(license_id), email=TOM)
        assert reply.status == 409
        assert "cannot move" in said(reply)

    async def test_an_unknown_license_is_not_there(self, mia):
        assert (await mia.get(offer_page("lic_none"))).status == 404

    async def test_with_nothing_open_the_page_says_so(self, mia):
        assert "none is offered to you" in said(await mia.get(HANDOVERS))

    async def test_a_password_that_is_set_anew_by_mail_ends_the_offers_of_the_account(
        self, mia, hers, mailboxes, client
    ):
        await offered(mia, hers)
        owner, forgot = Visitor(client), "/forgot-password"
        await owner.submit(forgot, forgot, email=MIA)
        link = (await mailboxes.latest("reset_password")).link
        await owner.submit(link, "/reset-password", password="another horse battery staple")
        assert (await mailboxes.latest("handover_undone")).to == TOM
        told = await mailboxes.latest("handover_withdrawn")
        assert (told.to, told.values["to"]) == (MIA, TOM)
        assert (await owner.get((await mailboxes.latest("handover_offered")).link)).status == 410

    async def test_the_giver_takes_it_back(self, mia, hers, mailboxes):
        name = await offered(mia, hers)
        assert location(await mia.submit(HANDOVERS, f"{HANDOVERS}/{name}/undo")) == f"{HANDOVERS}?done=undone"
        assert (await mailboxes.latest("handover_undone")).to == TOM
        link = (await mailboxes.latest("handover_offered")).link
        assert (await Visitor(mia.client).get(link)).status == 410
        assert "The offer of Harbor Notes was taken back." in said(await mia.get("/account"))


class TestTaking:
    async def test_who_proved_the_address_accepts_on_their_account_page(
        self, mia, hers, client, mailboxes, shop
    ):
        name = await offered(mia, hers)
        tom = await a_person(client, mailboxes, TOM)
        assert f"{MIA} offers you a license for <strong>Harbor Notes</strong>." in said(
            await tom.get("/account")
        )
        page = said(await tom.get(HANDOVERS))
        for words in ("Offered to you", "For 1 device at a time.", "It has no end.", "5 more times"):
            assert words in page
        reply = await tom.submit(HANDOVERS, f"{HANDOVERS}/{name}/accept")
        assert location(reply) == f"{HANDOVERS}?done=accepted"
        assert "The license is yours now." in said(await tom.get(location(reply)))
        assert hers in said(await tom.get("/account"))
        assert hers not in said(await mia.get("/account"))
        assert await shop.holder_of(hers) == "t•••@p•••.example"

    async def test_they_decline_as_easily(self, mia, hers, client, mailboxes):
        name = await offered(mia, hers)
        tom = await a_person(client, mailboxes, TOM)
        reply = await tom.submit(HANDOVERS, f"{HANDOVERS}/{name}/decline")
        assert location(reply) == f"{HANDOVERS}?done=declined"
        assert (await mailboxes.latest("handover_declined")).to == MIA
        assert hers in said(await mia.get("/account"))

    async def test_the_link_waits_for_a_button_and_asks_to_sign_up_first(
        self, mia, hers, client, mailboxes, shop
    ):
        await offered(mia, hers)
        link = (await mailboxes.latest("handover_offered")).link
        stranger = Visitor(client)
        for _ in range(3):  # programs that look into links use nothing up
            page = said(await stranger.get(link))
        assert "/handover/accept" not in page
        assert f"By {MIA}" in page
        assert await shop.holder_of(hers) == "m•••@o•••.example"
        person = await a_person(client, mailboxes, "other@post.example", next_page=link)
        assert "/handover/accept" in said(await person.get(link))
        done = await person.submit(link, "/handover/accept")
        assert location(done) == f"{HANDOVERS}?done=accepted"
        assert await shop.holder_of(hers) == "o•••@p•••.example"
        assert (await mailboxes.latest("handover_accepted")).values["to"] == "o•••@p•••.example"
        assert (await person.get(link)).status == 410
        assert (await mia.get(link)).status == 410

    async def test_a_link_is_declined_without_an_account(self, mia, hers, client, mailboxes):
        await offered(mia, hers)
        link = (await mailboxes.latest("handover_offered")).link
        reply = await Visitor(client).submit(link, "/handover/decline")
        assert "The offer is declined" in said(reply)
        assert (await Visitor(client).get(link)).status == 410

    async def test_a_stolen_link_leads_nobody_in_where_the_address_has_an_account(
        self, mia, hers, client, mailboxes, shop
    ):
        tom = await a_person(client, mailboxes, TOM)
        await offered(mia, hers)
        link = (await mailboxes.latest("handover_offered")).link
        thief = await a_person(client, mailboxes, "thief@post.example")
        assert (await thief.get(link)).status == 403
        token = link.partition("token=")[2]
        fields = {"token": token, **await tokens_of(thief)}
        reply = await thief.post("/handover/accept", fields)
        assert reply.status == 403
        assert "meant for another account" in said(reply)
        assert await shop.holder_of(hers) == "m•••@o•••.example"
        assert (await tom.submit(link, "/handover/accept")).status == 303

    async def test_the_giver_who_opens_the_link_is_led_to_their_offers(self, mia, hers, mailboxes):
        await offered(mia, hers)
        assert location(await mia.get((await mailboxes.latest("handover_offered")).link)) == HANDOVERS

    async def test_a_link_that_is_over_or_made_up_says_so(self, mia, hers, client, mailboxes, door):
        await offered(mia, hers)
        link = (await mailboxes.latest("handover_offered")).link
        other = await a_person(client, mailboxes, ANN)
        fields = await tokens_of(other)
        for action in ("/handover/accept", "/handover/decline"):
            assert (await other.post(action, {**fields, "token": "made up"})).status == 410
        door.clock.forward(days=7)
        assert (await Visitor(client).get(link)).status == 410
        assert "This offer is over" in said(await Visitor(client).get(link))

    async def test_what_became_of_the_license_meanwhile_is_told(self, mia, hers, client, mailboxes, shop):
        await offered(mia, hers)
        link = (await mailboxes.latest("handover_offered")).link
        other = await a_person(client, mailboxes, ANN)
        await shop.ledger.set_standing(hers, Standing.SUSPENDED)
        reply = await other.submit(link, "/handover/accept")
        assert reply.status == 403
        assert LicenseSuspended.code in said(reply)

    async def test_says_how_many_devices_it_is_for_and_how_often_it_moves(self, client, mia, mailboxes, shop):
        key, license_id = await shop.key(policy=a_policy(moves=None, seats=3, valid_days=30))
        await mia.submit("/account", "/account/claim", product_key=key)
        await shop.activate(license_id, 1)
        await offered(mia, license_id, "new@post.example")
        page = said(await Visitor(client).get((await mailboxes.latest("handover_offered")).link))
        for words in ("For 3 devices at a time.", "as often as you like", "It ends on <time"):
            assert words in page

    async def test_says_from_when_on_it_can_be_activated_where_it_moved_often(
        self, client, mia, mailboxes, shop
    ):
        key, license_id = await shop.key(policy=a_policy(moves=1))
        await mia.submit("/account", "/account/claim", product_key=key)
        await shop.activate(license_id, 1)
        await mia.submit("/account/free-all", "/account/free-all")
        await shop.activate(license_id, 2)
        await offered(mia, license_id, "new@post.example")
        page = said(await Visitor(client).get((await mailboxes.latest("handover_offered")).link))
        assert "It moved as often as its terms allow" in page


async def tokens_of(visitor: Visitor) -> dict[str, str]:
    """Return what a form of this visitor's carries."""
    page = said(await visitor.get("/account"))
    value = page.partition('name="form_token" value="')[2].partition('"')[0]
    return {"form_token": value}


async def a_device_of(visitor: Visitor, door: Door) -> OAuthDevice:
    """Return a device on which this person has just signed in."""
    device = OAuthDevice(AsgiClient(door.app), clock=door.clock.now)
    codes = await device.begin(device_name="Desk")
    page = path_of(codes["verification_uri_complete"])
    assert (await visitor.submit(page, "/device", decision="approve")).status == 200
    device.token = (await device.poll(codes["device_code"])).json()["access_token"]
    return device


class TestOverTheApi:
    async def test_a_license_goes_from_hand_to_hand(self, mia, hers, client, mailboxes, door, shop):
        tom = await a_person(client, mailboxes, TOM)
        desk, other = await a_device_of(mia, door), await a_device_of(tom, door)
        made = await desk.post(PATH, {"license_id": hers, "to": TOM})
        assert made.status == 201, made.body
        offer = made.json()
        assert (offer["role"], offer["giver"], offer["receiver"]) == ("giver", MIA, TOM)
        assert (await desk.post(PATH, {"license_id": hers, "to": TOM})).status == 200
        [seen] = (await other.signed("GET", PATH)).json()["items"]
        assert (seen["id"], seen["role"], seen["license"]["last_five"]) == (offer["id"], "receiver", None)
        taken = await other.signed("POST", f"{PATH}/{offer['id']}/accept")
        assert (taken.status, taken.json()["license"]["id"]) == (200, hers)
        assert (await desk.signed("DELETE", f"{PATH}/{offer['id']}")).status == 404
        assert await shop.holder_of(hers) == "t•••@p•••.example"

    async def test_it_is_declined_and_taken_back(self, mia, hers, client, mailboxes, door):
        tom = await a_person(client, mailboxes, TOM)
        desk, other = await a_device_of(mia, door), await a_device_of(tom, door)
        first = (await desk.post(PATH, {"license_id": hers, "to": TOM})).json()["id"]
        for _ in range(2):
            assert (await other.signed("POST", f"{PATH}/{first}/decline")).status == 204
        second = (await desk.post(PATH, {"license_id": hers, "to": TOM})).json()["id"]
        for _ in range(2):
            assert (await desk.signed("DELETE", f"{PATH}/{second}")).status == 204
        assert (await other.signed("POST", f"{PATH}/{second}/accept")).status == 404

    @pytest.mark.parametrize("to", ["nobody", "a b@post.example", MIA])
    async def test_an_address_that_cannot_be_offered_to_is_named(self, mia, hers, door, to):
        reply = await (await a_device_of(mia, door)).post(PATH, {"license_id": hers, "to": to})
        assert (reply.status, reply.code, reply.json()["member"]) == (422, "invalid_request", "to")

    async def test_an_identifier_that_cannot_be_one_is_named(self, mia, door):
        reply = await (await a_device_of(mia, door)).signed("DELETE", f"{PATH}/hnd_1")
        assert (reply.code, reply.json()["member"]) == ("invalid_request", "id")

    async def test_offering_asks_for_a_sign_in_of_the_last_minutes(self, mia, hers, door):
        """Neither a device that was signed in before, nor one let in from a browser that was, may offer."""
        desk = await a_device_of(mia, door)
        door.clock.forward(minutes=9, seconds=59)
        assert (await desk.post(PATH, {"license_id": hers, "to": TOM})).status == 201
        door.clock.forward(seconds=1)
        later = await a_device_of(mia, door)
        reply = await later.post(PATH, {"license_id": hers, "to": TOM})
        assert (reply.status, reply.code) == (401, "sign_in_required")

    async def test_nobody_gets_there_without_an_account(self, door):
        device = SimulatedDevice(AsgiClient(door.app), clock=door.clock.now)
        assert (await device.signed("GET", PATH)).code == "sign_in_required"

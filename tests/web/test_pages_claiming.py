"""Claiming what was bought with an e-mail address: what each page shows and does, and for whom."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from mooring.server.licensing.domain.license import Standing
from tests.support.clients import AsgiClient
from tests.support.licenses import a_policy
from tests.support.mailboxes import Mailboxes
from tests.support.new_holders import Shop, a_door_for_new_holders
from tests.support.visitors import Visitor, location, said
from tests.support.web_apps import Door
from tests.web.test_pages_handover import a_person, tokens_of

MIA, TOM = "mia@outlook.example", "tom@post.example"
FIND = "/find-licenses"


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


class TestOnTheAccountPage:
    async def test_what_was_bought_with_the_proven_address_is_offered_there(self, client, mailboxes, shop):
        license_id = await shop.to(MIA)
        mia = await a_person(client, mailboxes, MIA)
        assert "was bought with your address" in said(await mia.get("/account"))
        reply = await mia.submit("/account", f"/account/purchases/{license_id}/claim")
        assert location(reply) == "/account?done=claimed"
        assert await shop.holder_of(license_id) == "m•••@o•••.example"
        assert "was bought with your address" not in said(await mia.get("/account"))

    async def test_one_that_is_used_already_is_ones_own_for_now(self, client, mailboxes, shop):
        license_id = await shop.to(MIA)
        tom = await a_person(client, mailboxes, TOM)
        link = (await mailboxes.latest("license_claim")).link
        await tom.submit(link, "/claim")
        await shop.activate(license_id, 1)
        await tom.submit(f"/account/licenses/{license_id}/unlink", f"/account/licenses/{license_id}/unlink")
        await shop.to_license(license_id, MIA)
        mia = await a_person(client, mailboxes, MIA)
        reply = await mia.submit("/account", f"/account/purchases/{license_id}/claim")
        assert location(reply) == "/account?done=claimed-for-now"

    async def test_nobody_elses_purchase_is_there(self, client, mailboxes, shop):
        license_id = await shop.to(MIA)
        tom = await a_person(client, mailboxes, TOM)
        assert "was bought with your address" not in said(await tom.get("/account"))
        reply = await tom.post(f"/account/purchases/{license_id}/claim", await tokens_of(tom))
        assert reply.status == 404
        assert await shop.holder_of(license_id) is None


async def test_an_address_that_was_only_typed_gets_nothing(tmp_path: Path):
    door, mailboxes, shop = a_door_for_new_holders(tmp_path, proves_sign_ups=False)
    client = AsgiClient(door.app)
    squatter, reader = Visitor(client), Visitor(client)
    await squatter.sign_up(MIA)
    await reader.sign_up(TOM)
    license_id = await shop.to(MIA)
    assert "was bought with your address" not in said(await squatter.get("/account"))
    taking = await squatter.post(f"/account/purchases/{license_id}/claim", await tokens_of(squatter))
    assert taking.status == 404
    link = (await mailboxes.latest("license_claim")).link
    assert (
        await reader.submit(link, "/claim")
    ).status == 200  # nobody has proved the address: it is no one's
    assert await shop.holder_of(license_id) == "t•••@p•••.example"
    await door.close()


class TestByTheLink:
    async def test_waits_for_a_button_and_asks_to_sign_up_first(self, client, mailboxes, shop):
        license_id = await shop.to(MIA, policy=a_policy(valid_days=30))
        link = (await mailboxes.latest("license_claim")).link
        stranger = Visitor(client)
        for _ in range(3):  # programs that look into links use nothing up
            page = said(await stranger.get(link))
        assert MIA in page
        assert "Key ending in" not in page
        assert 'action="/claim"' not in page
        assert await shop.holder_of(license_id) is None
        mia = await a_person(client, mailboxes, MIA, next_page=link)
        assert "Key ending in" in said(await mia.get(link))
        done = said(await mia.submit(link, "/claim"))
        assert "<strong>Harbor Notes</strong> is in your account." in done
        assert await shop.holder_of(license_id) == "m•••@o•••.example"
        for visitor in (mia, stranger):
            assert (await visitor.get(link)).status == 410
        assert (await mia.post("/claim", {"token": "made up", **await tokens_of(mia)})).status == 410

    async def test_an_account_with_another_address_claims_what_is_nobodys(self, client, mailboxes, shop):
        license_id = await shop.to(MIA)
        link = (await mailboxes.latest("license_claim")).link
        tom = await a_person(client, mailboxes, TOM)
        assert f"You are signed in as <strong>{TOM}</strong>." in said(await tom.get(link))
        assert (await tom.submit(link, "/claim")).status == 200
        assert await shop.holder_of(license_id) == "t•••@p•••.example"

    async def test_a_stolen_link_is_worth_nothing_where_the_address_has_an_account(
        self, client, mailboxes, shop
    ):
        await a_person(client, mailboxes, MIA)
        license_id = await shop.to(MIA)
        link = (await mailboxes.latest("license_claim")).link
        thief = await a_person(client, mailboxes, "thief@post.example")
        assert (await thief.get(link)).status == 403
        fields = {"token": link.partition("token=")[2], **await tokens_of(thief)}
        assert (await thief.post("/claim", fields)).status == 403
        assert await shop.holder_of(license_id) is None

    async def test_ends_after_seven_days_and_leads_to_another_mail(self, client, mailboxes, shop, door):
        await shop.to(MIA)
        link = (await mailboxes.latest("license_claim")).link
        door.clock.forward(days=7)
        reply = await Visitor(client).get(link)
        assert reply.status == 410
        assert f'href="{FIND}"' in said(reply)

    async def test_each_license_tells_what_became_of_it(self, client, mailboxes, shop):
        stopped, used = await shop.to(MIA), await shop.to(MIA)
        tom = await a_person(client, mailboxes, TOM)
        await tom.submit((await mailboxes.latest("license_claim")).link, "/claim")
        await shop.activate(used, 1)
        for each in (stopped, used):
            page = f"/account/licenses/{each}/unlink"
            await tom.submit(page, page)
            await shop.to_license(each, MIA)
        await shop.ledger.set_standing(stopped, Standing.SUSPENDED)
        page = said(await tom.submit((await mailboxes.latest("license_claim")).link, "/claim"))
        assert "suspended" in page
        assert "but not yours for good yet" in page


class TestAsking:
    async def test_the_mail_comes_once_more(self, client, mailboxes, shop):
        license_id = await shop.to(MIA)
        reply = await Visitor(client).submit(FIND, FIND, email=MIA)
        assert "Look into your mailbox" in said(reply)
        assert len(await mailboxes.all("license_claim")) == 2
        mia = await a_person(client, mailboxes, MIA)
        await mia.submit((await mailboxes.latest("license_claim")).link, "/claim")
        assert await shop.holder_of(license_id) == "m•••@o•••.example"

    async def test_the_answer_is_the_same_whether_anything_was_bought(self, client, mailboxes, shop):
        await shop.to(MIA)
        visitor = Visitor(client)
        bought = await visitor.submit(FIND, FIND, email=MIA)
        nothing = await visitor.submit(FIND, FIND, email=TOM)
        assert (bought.status, bought.body) == (nothing.status, nothing.body)
        assert [mail.to for mail in await mailboxes.all("license_claim")] == [MIA, MIA]

    async def test_what_is_no_address_is_told_beside_the_field(self, client):
        reply = await Visitor(client).submit(FIND, FIND, email="mia")
        assert reply.status == 422
        assert "This is not an e-mail address." in said(reply)

    async def test_too_many_are_told_to_wait_alike_for_every_address(self, client, shop):
        await shop.to(MIA)
        for email in (MIA, TOM):
            visitor = Visitor(client)
            statuses = [(await visitor.submit(FIND, FIND, email=email)).status for _ in range(6)]
            assert statuses == [200] * 5 + [429]

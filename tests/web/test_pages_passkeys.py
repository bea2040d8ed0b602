"""Passkeys on the pages: added, shown, renamed, removed; and everything that is none of ours refused."""

import re

import pytest
from sqlalchemy import select

from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.storage.tables import passkeys
from mooring.server.record.outbox.tables import outbox
from mooring.server.record.tables import events
from tests.support.passkeys import PRESENT, SoftPasskey, asked_on
from tests.support.visitors import Form, Visitor, location, said

THERE = ("Host", "localhost:8000")
ADD = "/account/security/passkeys/add"
SECURITY = "/account/security"


@pytest.fixture
async def mia(client):
    visitor = PasskeyVisitor(client)
    await visitor.sign_up()
    return visitor


class PasskeyVisitor(Visitor):
    """A browser at the address that passkeys are for."""

    async def get(self, path, headers=()):
        return await super().get(path, (*headers, THERE))

    async def post(self, path, fields, headers=()):
        return await super().post(path, fields, (*headers, THERE))

    async def add(self, passkey, name="Mia's phone"):
        page = said(await self.get(ADD))
        options, carried = asked_on(page)
        answer = {"answer": passkey.made_for(options), "carried": carried, "name": name}
        return await self.post(ADD, Form(page, ADD).fields | answer)

    async def asked(self, page="/sign-in", action="/sign-in/passkey"):
        """Return what the page asks for, and its form without an answer."""
        shown = said(await self.get(page))
        options, _ = asked_on(shown)
        return options, Form(shown, action).fields

    async def sign_in_with(self, passkey):
        options, fields = await self.asked()
        return await self.post("/sign-in/passkey", fields | {"answer": passkey.shown_for(options)})


async def rows(door, table):
    async with door.services.database.reading() as session:
        return await session.fetch(Statement(select(table)))


async def kinds(door):
    return [row.kind for row in await rows(door, events)]


async def test_a_passkey_is_added_and_signs_in_without_a_user_name(door, client, mia):
    passkey = SoftPasskey()
    assert location(await mia.add(passkey)) == f"{SECURITY}?done=passkey-added#passkeys"
    page = said(await mia.get(SECURITY))
    assert "Mia&#39;s phone" in page
    assert "not used yet" in page
    stranger = PasskeyVisitor(client)
    entered = await stranger.sign_in_with(passkey)
    assert location(entered) == "/"
    page = said(await stranger.get(SECURITY))
    assert "mia@outlook.example" in page
    assert "Signed in with a passkey" in page
    assert "account.passkey_added" in await kinds(door)
    assert "passkey_added" in [row.kind for row in await rows(door, outbox)]


async def test_goes_on_to_where_the_person_was_going(client, mia):
    passkey = SoftPasskey()
    await mia.add(passkey)
    stranger = PasskeyVisitor(client)
    options, fields = await stranger.asked("/sign-in?next=/device%3Fuser_code%3DBCDF-GHJK")
    entered = await stranger.post("/sign-in/passkey", fields | {"answer": passkey.shown_for(options)})
    assert location(entered) == "/device?user_code=BCDF-GHJK"


async def test_names_the_account_by_an_opaque_handle_and_excludes_what_it_has(client, mia):
    first = SoftPasskey()
    await mia.add(first)
    options, _ = asked_on(said(await mia.get(ADD)))
    assert first.user_handle.startswith(b"acc_")
    assert len(options["excludeCredentials"]) == 1
    assert options["rp"]["id"] == "localhost"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"


async def test_the_sign_in_page_names_nobody_before_anybody_is_known(client, mia):
    await mia.add(SoftPasskey())
    options, _ = await PasskeyVisitor(client).asked()
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"


@pytest.mark.parametrize("lie", ["origin", "rp_id", "unverified"])
@pytest.mark.parametrize("when", ["made", "shown"])
async def test_refuses_what_was_done_elsewhere_or_by_anybody(client, mia, lie, when):
    passkey = SoftPasskey()

    def tell_the_lie():
        match lie:
            case "origin":
                passkey.origin = "http://localhost:8001"
            case "rp_id":
                passkey.rp_id = "evil.localhost"
            case "unverified":
                passkey.flags = PRESENT

    if when == "made":
        tell_the_lie()
        assert (await mia.add(passkey)).status == 403
        assert "Mia&#39;s phone" not in said(await mia.get(SECURITY))
        return
    await mia.add(passkey)
    tell_the_lie()
    stranger = PasskeyVisitor(client)
    assert (await stranger.sign_in_with(passkey)).status == 403
    assert "mooring" not in stranger.cookies


async def test_a_challenge_is_good_once(client, mia):
    passkey = SoftPasskey()
    await mia.add(passkey)
    stranger = PasskeyVisitor(client)
    options, fields = await stranger.asked()
    seed = dict(stranger.cookies)
    form = fields | {"answer": passkey.shown_for(options)}
    assert (await stranger.post("/sign-in/passkey", form)).status == 303
    stranger.cookies = seed  # the very browser as it was before, with the very form
    again = await stranger.post("/sign-in/passkey", form)
    assert again.status == 403
    assert "did not work here" in said(again)


async def test_a_challenge_spent_on_a_wrong_answer_is_spent(client, mia):
    passkey, other = SoftPasskey(), SoftPasskey()
    await mia.add(passkey)
    other.user_handle = passkey.user_handle
    stranger = PasskeyVisitor(client)
    options, fields = await stranger.asked()
    wrong = fields | {"answer": other.shown_for(options)}
    assert (await stranger.post("/sign-in/passkey", wrong)).status == 403
    right = fields | {"answer": passkey.shown_for(options)}
    assert (await stranger.post("/sign-in/passkey", right)).status == 403


async def test_a_challenge_is_over_after_ten_minutes(door, client, mia):
    passkey = SoftPasskey()
    await mia.add(passkey)
    stranger = PasskeyVisitor(client)
    options, fields = await stranger.asked()
    form = fields | {"answer": passkey.shown_for(options)}
    door.clock.forward(minutes=10)
    assert (await stranger.post("/sign-in/passkey", form)).status == 403


async def test_a_challenge_is_of_one_browser(client, mia):
    passkey = SoftPasskey()
    await mia.add(passkey)
    thief, victim = PasskeyVisitor(client), PasskeyVisitor(client)
    options, fields = await thief.asked()
    _, own = await victim.asked()
    form = own | {"carried": fields["carried"], "answer": passkey.shown_for(options)}
    assert (await victim.post("/sign-in/passkey", form)).status == 403


async def test_a_challenge_to_make_one_is_none_to_show_one(client, mia):
    passkey = SoftPasskey()
    await mia.add(passkey)
    options, carried = asked_on(said(await mia.get(ADD)))
    _, fields = await mia.asked("/account/security/again", "/account/security/again/passkey")
    form = fields | {"carried": carried, "answer": passkey.shown_for(options)}
    assert (await mia.post("/account/security/again/passkey", form)).status == 403


async def test_a_passkey_opens_only_the_account_that_it_names(client, mia):
    passkey = SoftPasskey()
    await mia.add(passkey)
    passkey.user_handle = b"acc_00000000000000000000000000"
    assert (await PasskeyVisitor(client).sign_in_with(passkey)).status == 403


async def test_another_accounts_passkey_does_not_prove_again_who_one_is(client, mia):
    passkey, noahs = SoftPasskey(), SoftPasskey()
    await mia.add(passkey)
    noah = PasskeyVisitor(client)
    await noah.sign_up("noah@post.example")
    await noah.add(noahs)
    options, fields = await mia.asked("/account/security/again", "/account/security/again/passkey")
    form = fields | {"answer": noahs.shown_for(options)}
    refused = await mia.post("/account/security/again/passkey", form)
    assert refused.status == 403
    assert "noah" not in said(refused)


async def test_a_known_passkey_is_not_added_twice(client, mia):
    passkey = SoftPasskey()
    await mia.add(passkey)
    noah = PasskeyVisitor(client)
    await noah.sign_up("noah@post.example")
    assert (await noah.add(passkey)).status == 403


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "{" * 2000, "x" * 40_000, '{"id": 1}'])
async def test_nonsense_is_refused_like_anything_else(client, mia, answer):
    visitor = PasskeyVisitor(client)
    _, fields = await visitor.asked()
    assert (await visitor.post("/sign-in/passkey", fields | {"answer": answer})).status == 403
    page = said(await mia.get(ADD))
    form = Form(page, ADD).fields | {"answer": answer, "name": "A name"}
    assert (await mia.post(ADD, form)).status == 403


@pytest.mark.parametrize("carried", ["", "x", "A" * 2000])
async def test_a_challenge_that_we_did_not_make_is_none(client, mia, carried):
    passkey = SoftPasskey()
    await mia.add(passkey)
    visitor = PasskeyVisitor(client)
    options, fields = await visitor.asked()
    form = fields | {"answer": passkey.shown_for(options), "carried": carried}
    assert (await visitor.post("/sign-in/passkey", form)).status == 403


async def test_a_count_that_goes_back_is_noted_and_lets_the_owner_in(door, client, mia):
    passkey = SoftPasskey()
    passkey.count = 5
    await mia.add(passkey)
    await PasskeyVisitor(client).sign_in_with(passkey)
    assert "account.possible_passkey_copy" not in await kinds(door)
    passkey.count = 2
    assert (await PasskeyVisitor(client).sign_in_with(passkey)).status == 303
    assert (await kinds(door)).count("account.possible_passkey_copy") == 1
    (kept,) = await rows(door, passkeys)
    assert kept.sign_count == 6


async def test_signing_in_ends_the_session_that_was_there(client, mia):
    passkey = SoftPasskey()
    await mia.add(passkey)
    planted = dict(mia.cookies)
    options, fields = await mia.asked("/account/security/again", "/account/security/again/passkey")
    answer = {"answer": passkey.shown_for(options)}
    assert (await mia.post("/account/security/again/passkey", fields | answer)).status == 303
    assert mia.cookies["mooring"] != planted["mooring"]
    old = PasskeyVisitor(client)
    old.cookies = planted
    assert location(await old.get(SECURITY)).startswith("/sign-in?next=")


async def test_what_is_delicate_asks_again_and_comes_back(door, client, mia):
    passkey = SoftPasskey()
    await mia.add(passkey)
    door.clock.forward(minutes=10)
    sent = location(await mia.get(ADD))
    assert sent == "/account/security/again?next=%2Faccount%2Fsecurity%2Fpasskeys%2Fadd"
    options, fields = await mia.asked(sent, "/account/security/again/passkey")
    answer = {"answer": passkey.shown_for(options)}
    assert location(await mia.post("/account/security/again/passkey", fields | answer)) == ADD
    assert (await mia.get(ADD)).status == 200


async def test_renames_and_removes_only_ones_own(client, mia):
    await mia.add(SoftPasskey())
    page = said(await mia.get(SECURITY))
    passkey_id = re.search(r"passkeys/rename\?id=(psk_\w+)", page)[1]
    noah = PasskeyVisitor(client)
    await noah.sign_up("noah@post.example")
    await noah.add(SoftPasskey(), "Noah's key")
    for what in ("rename", "remove"):
        assert (await noah.get(f"{SECURITY}/passkeys/{what}?id={passkey_id}")).status == 404
        form = Form(said(await noah.get(SECURITY))).fields | {"id": passkey_id, "name": "Mine now"}
        assert (await noah.post(f"{SECURITY}/passkeys/{what}", form)).status == 404
    rename = f"{SECURITY}/passkeys/rename"
    done = await mia.submit(f"{rename}?id={passkey_id}", rename, name="  The  tablet ")
    assert location(done) == f"{SECURITY}?done=passkey-renamed#passkeys"
    assert "The tablet" in said(await mia.get(SECURITY))
    assert (await mia.submit(f"{rename}?id={passkey_id}", rename, name=" ")).status == 422
    remove = f"{SECURITY}/passkeys/remove"
    done = await mia.submit(f"{remove}?id={passkey_id}", remove)
    assert location(done) == f"{SECURITY}?done=passkey-removed#passkeys"
    assert "The tablet" not in said(await mia.get(SECURITY))


async def test_the_last_way_in_stays(client, mia):
    passkey = SoftPasskey()
    await mia.add(passkey)
    remove = f"{SECURITY}/password/remove"
    assert location(await mia.submit(remove, remove)) == f"{SECURITY}?done=password-removed#password"
    passkey_id = re.search(r"passkeys/rename\?id=(psk_\w+)", said(await mia.get(SECURITY)))[1]
    remove = f"{SECURITY}/passkeys/remove"
    refused = await mia.submit(f"{remove}?id={passkey_id}", remove)
    assert refused.status == 409
    assert "only way into your account" in said(refused)
    assert (await PasskeyVisitor(client).sign_in()).status == 403
    assert (await PasskeyVisitor(client).sign_in_with(passkey)).status == 303


async def test_a_removed_passkey_opens_nothing(client, mia):
    passkey = SoftPasskey()
    await mia.add(passkey)
    passkey_id = re.search(r"passkeys/rename\?id=(psk_\w+)", said(await mia.get(SECURITY)))[1]
    remove = f"{SECURITY}/passkeys/remove"
    await mia.submit(f"{remove}?id={passkey_id}", remove)
    assert (await PasskeyVisitor(client).sign_in_with(passkey)).status == 403


async def test_where_passkeys_cannot_be_the_page_says_where_they_can(client, mia):
    elsewhere = Visitor(client)
    elsewhere.cookies = mia.cookies
    page = said(await elsewhere.get(SECURITY, (("Host", "127.0.0.1:8000"),)))
    assert "Passkeys of this server are for http://localhost:8000" in page
    assert (await elsewhere.get(ADD, (("Host", "127.0.0.1:8000"),))).status == 404
    assert "data-passkey" not in said(await Visitor(client).get("/sign-in", (("Host", "127.0.0.1:8000"),)))

"""The console's gate: it is not there but for those who work here, and opens only with two factors."""

import re

import pytest

from mooring.server.identity.domain.staff.admission import WORKDAY
from tests.support.clients import AsgiClient
from tests.support.mailboxes import a_door_with_mail
from tests.support.passkeys import SoftPasskey, asked_on
from tests.support.staff import OWNER, SET_UP, STEP_TWO, Employee, account_id, be, roles
from tests.support.visitors import Form, Visitor, location, said

CONSOLE = "/console"
STAFF = f"{CONSOLE}/staff"
PAGES = [CONSOLE, STAFF, *(f"{STAFF}/{name}" for name in ("invite", "invitation", "role", "remove"))]
FORMS = PAGES[2:]
MIA = "mia@post.example"
AS_A_BROWSER = (("Accept", "text/html"),)


@pytest.fixture
async def door(tmp_path):
    door, _ = a_door_with_mail(tmp_path, proves_sign_ups=False)
    yield door
    await door.close()


@pytest.fixture
async def ada(door):
    return await Employee(door).join(OWNER)


@pytest.fixture
async def mia(door):
    mia = Employee(door)
    await mia.have_account("mia@post.example")
    return mia


async def half_way(door, email):
    visitor = Visitor(AsgiClient(door.app))
    assert location(await visitor.sign_in(email)) == STEP_TWO
    return visitor


def alike(reply):
    """Return an answer without what differs each time."""
    varying = {"x-request-id", "mooring-request-id", "request-id", "date"}
    headers = sorted((name, value) for name, value in reply.headers if name not in varying)
    return reply.status, headers, re.sub("[0-9a-f]{16}", "", said(reply)).replace("nothing", "console")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("accept", [AS_A_BROWSER, ()], ids=["browser", "program"])
async def test_for_others_it_is_as_if_nothing_were_there(door, mia, path, accept):
    nowhere = path.replace("console", "nothing")
    for visitor in (Visitor(AsgiClient(door.app)), mia):
        for method in ("GET", "HEAD", "OPTIONS", "DELETE", "PUT"):
            held = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
            headers = (("Cookie", held), *accept) if held else accept
            there = await visitor.client.send(method, path, headers)
            not_there = await visitor.client.send(method, nowhere, headers)
            assert there.status == 404
            assert alike(there) == alike(not_there)


@pytest.mark.parametrize("path", FORMS)
async def test_a_form_of_it_is_not_there_for_others_either(door, mia, ada, path):
    token = Form(said(await mia.get("/account/security")), "/sign-out").fields
    adas = Form(said(await ada.get(STAFF)), "/sign-out").fields
    ada_id = await account_id(door, OWNER)
    for fields in ({}, token, adas):
        sent = {"account": ada_id, "role": "viewer", "email": "mia@post.example", **fields}
        assert (await mia.post(path, sent, AS_A_BROWSER)).status == 404
        assert (await Visitor(mia.client).post(path, sent, AS_A_BROWSER)).status == 404
    assert await roles(door) == {OWNER: "owner"}


async def test_it_says_who_one_is_and_what_one_may_do(door, ada):
    page = said(await ada.get(CONSOLE))
    assert OWNER in page
    assert "Owner" in page
    assert page.count("Included:") == 4
    assert f'href="{STAFF}"' in page
    viewer = await Employee(door).join("vic@harbor.example", "viewer")
    page = said(await viewer.get(CONSOLE))
    assert (page.count("Included:"), page.count("Not included:")) == (1, 3)
    assert f'href="{STAFF}"' not in page
    assert 'href="/console"' in said(await viewer.get("/account/security"))


async def test_customers_see_no_link_to_it(mia):
    assert "console" not in said(await mia.get("/account/security"))


@pytest.mark.parametrize("role", ["admin", "support", "viewer"])
@pytest.mark.parametrize("path", PAGES[1:])
async def test_only_owners_decide_who_works_here(door, ada, role, path):
    sam = await Employee(door).join("sam@harbor.example", role)
    refused = await sam.get(path)
    assert refused.status == 403
    assert "Your role does not include this" in said(refused)
    token = Form(said(refused), "/sign-out").fields
    ada_id = await account_id(door, OWNER)
    sent = token | {"account": ada_id, "role": "viewer", "email": "sam@harbor.example", "id": "inv_1"}
    assert (await sam.post(path, sent)).status in {403, 404}  # the list has no form
    assert await roles(door) == {OWNER: "owner", "sam@harbor.example": role}


async def test_a_session_from_before_the_role_opens_nothing_of_it(door, mia):
    await be(door, "mia@post.example", "owner")
    for path in PAGES:
        assert location(await mia.get(path)) == f"/account/security/again?next={path.replace('/', '%2F')}"
    token = Form(said(await mia.get("/account/security")), "/sign-out").fields
    sent = token | {"account": await account_id(door, "mia@post.example"), "role": "viewer"}
    for path in FORMS:
        assert location(await mia.post(path, sent)).startswith("/account/security/again")
    again = "/account/security/again"
    half = await mia.submit(f"{again}?next={CONSOLE}", again, password="correct horse battery staple")
    assert location(half) == STEP_TWO
    assert location(await mia.get(STEP_TWO)) == SET_UP
    await mia.set_up()
    assert (await mia.get(CONSOLE)).status == 200
    assert await roles(door) == {"mia@post.example": "owner"}


async def test_half_a_session_sees_only_the_page_to_set_a_second_factor_up(door, mia):
    await be(door, "mia@post.example", "owner")
    half = await half_way(door, "mia@post.example")
    assert "mooring" not in half.cookies
    for path in PAGES:
        assert (await half.get(path, AS_A_BROWSER)).status == 404
    token = Form(said(await half.get(SET_UP)), SET_UP).fields
    for path in FORMS:
        assert (await half.post(path, token, AS_A_BROWSER)).status == 404
    for path in ("/account", "/account/security", "/account/security/authenticator/add", "/invitation"):
        reply = await half.get(path, AS_A_BROWSER)
        assert reply.status == 404 or location(reply).startswith("/sign-in?next=")
    assert location(await half.get(STEP_TWO)) == SET_UP
    assert location(await half.get(f"{STEP_TWO}/passkey")) == SET_UP
    assert location(await half.post(STEP_TWO, token | {"code": "000000"})) == "/sign-in"


async def test_without_a_half_session_nothing_is_set_up(door, mia):
    await be(door, "mia@post.example", "owner")
    stranger = Visitor(AsgiClient(door.app))
    token = Form(said(await stranger.get("/sign-in")), "/sign-in").fields
    for path in (SET_UP, f"{SET_UP}/qr.svg", f"{SET_UP}/passkey", f"{STEP_TWO}/passkey"):
        for visitor in (stranger, mia):
            assert location(await visitor.get(path)) == "/sign-in"
    for path in (SET_UP, f"{SET_UP}/passkey", f"{STEP_TWO}/passkey"):
        assert location(await stranger.post(path, token)) == "/sign-in"


async def test_an_app_is_set_up_at_sign_in_and_asked_for_from_then_on(door, mia):
    await be(door, "mia@post.example", "support")
    half = Employee(door)
    half.email = "mia@post.example"
    assert location(await half.sign_in(half.email, next_page="/account/security")) == STEP_TWO
    picture = await half.get(f"{SET_UP}/qr.svg")
    assert (picture.header("content-type"), picture.header("cache-control")) == ("image/svg+xml", "no-store")
    wrong = await half.submit(SET_UP, SET_UP, code="12345")
    assert wrong.status == 403
    assert "mooring" not in half.cookies
    await half.set_up()
    assert len(set(half.codes)) == 10
    assert "mooring-half" not in half.cookies
    assert (await half.get(CONSOLE)).status == 200
    assert "10 recovery codes are left" in said(await half.get("/account/security"))
    later = Employee(door)
    later.email, later.app = half.email, half.app
    assert await later.enter(CONSOLE) == CONSOLE
    assert (await later.get(CONSOLE)).status == 200


async def test_the_same_key_is_shown_until_it_is_confirmed_and_none_of_an_earlier_sign_in(door, mia):
    await be(door, "mia@post.example", "support")
    half = await half_way(door, "mia@post.example")
    first, again = said(await half.get(SET_UP)), said(await half.get(SET_UP))
    key = first.split('id="secret">')[1].split("<")[0]
    assert key in again
    door.clock.forward(seconds=1)
    other = await half_way(door, "mia@post.example")
    assert key not in said(await other.get(SET_UP))


async def test_who_has_the_password_alone_sets_no_second_one_up(door, ada):
    thief = await half_way(door, OWNER)
    token = Form(said(await thief.get(STEP_TWO)), STEP_TWO).fields
    for path in (SET_UP, f"{SET_UP}/qr.svg", f"{SET_UP}/passkey", f"{STEP_TWO}/passkey"):
        assert location(await thief.get(path)) == STEP_TWO
    for path in (SET_UP, f"{SET_UP}/passkey", f"{STEP_TWO}/passkey"):
        assert location(await thief.post(path, token | {"code": "000000", "name": "mine"})) == STEP_TWO
    assert "mooring" not in thief.cookies


async def test_too_many_wrong_codes_are_held_up_while_setting_up(door, mia):
    await be(door, MIA, "owner")
    half = Employee(door)
    await half.sign_in(MIA)
    for _ in range(10):
        assert (await half.submit(SET_UP, SET_UP, code="12345")).status == 403
    spent = await half.submit(SET_UP, SET_UP, code="12345")
    assert spent.status == 429
    assert "too many tries" in said(spent)


async def test_of_two_who_know_the_password_one_sets_it_up(door, mia):
    await be(door, "mia@post.example", "owner")
    first, second = Employee(door), Employee(door)
    for each in (first, second):
        await each.sign_in("mia@post.example")
        await each.get(SET_UP)
    await first.set_up()
    form = Form(said(await second.get("/sign-in")), "/sign-in").fields
    late = await second.post(SET_UP, form | {"code": first.app.shows(door.clock.now())})
    assert location(late) == STEP_TWO
    assert location(await second.get(SET_UP)) == STEP_TWO
    assert "mooring" not in second.cookies


async def test_a_half_session_ends_with_its_time_and_with_the_role(door, mia):
    await be(door, "mia@post.example", "owner")
    half = await half_way(door, "mia@post.example")
    other = await half_way(door, "mia@post.example")
    await be(door, "mia@post.example", None)
    assert location(await half.get(SET_UP)) == "/sign-in"
    assert "mooring-half" not in half.cookies
    await be(door, "mia@post.example", "owner")
    door.clock.forward(minutes=10)
    assert location(await other.get(SET_UP)) == "/sign-in"


async def test_after_a_working_day_one_proves_again_who_one_is(door, ada):
    entered_at = door.clock.at
    assert (await ada.get(CONSOLE)).status == 200
    door.clock.at = entered_at + WORKDAY
    for path in PAGES:
        assert location(await ada.get(path)).startswith("/account/security/again?next=")
    assert (await ada.get("/account/security")).status == 200  # it is a session still
    ada.cookies.pop("mooring")
    await ada.enter()
    assert (await ada.get(CONSOLE)).status == 200


async def test_to_decide_one_proves_just_now_who_one_is(door, ada):
    door.clock.forward(minutes=10)
    assert (await ada.get(STAFF)).status == 200
    token = Form(said(await ada.get(STAFF)), "/sign-out").fields
    for path in FORMS:
        assert location(await ada.get(path)).startswith("/account/security/again?next=")
        sent = token | {"email": "mia@post.example", "role": "owner"}
        assert location(await ada.post(path, sent)).startswith("/account/security/again?next=")


async def test_a_form_of_a_strangers_page_changes_nothing(door, ada):
    for path in FORMS:
        assert (await ada.post(path, {"email": "mia@post.example", "role": "owner"})).status == 403


class TestPasskeys:
    """A passkey whose owner the device verified is two factors in one."""

    HERE = (("Host", "localhost:8000"),)

    @pytest.fixture
    async def half(self, door, mia):
        await be(door, "mia@post.example", "admin")
        return AtLocalhost(await half_way(door, "mia@post.example"))

    async def test_is_set_up_at_sign_in_and_asked_for_from_then_on(self, door, mia, half):
        path = f"{SET_UP}/passkey"
        page = said(await half.get(path))
        options, carried = asked_on(page)
        passkey = SoftPasskey(origin="http://localhost:8000")
        fields = Form(page, path).fields | {"answer": passkey.made_for(options), "carried": carried}
        assert (await half.post(path, fields | {"name": " "})).status == 422
        entered = await half.post(path, fields | {"name": "My laptop"})
        assert entered.status == 303
        assert (await half.get(CONSOLE)).status == 200

        later = AtLocalhost(await half_way(door, "mia@post.example"))
        step = f"{STEP_TWO}/passkey"
        assert location(await later.get(STEP_TWO)) == step
        assert location(await later.get(SET_UP)) == step  # the password alone sets up nothing beside it
        assert location(await later.get(path)) == step
        page = said(await later.get(step))
        options, _ = asked_on(page)
        forged = SoftPasskey(origin="http://localhost:8000")
        forged.id, forged.user_handle = passkey.id, passkey.user_handle
        refused = await later.post(step, Form(page, step).fields | {"answer": forged.shown_for(options)})
        assert refused.status == 403
        page = said(refused)
        options, _ = asked_on(page)
        entered = await later.post(step, Form(page, step).fields | {"answer": passkey.shown_for(options)})
        assert entered.status == 303
        assert (await later.get(CONSOLE)).status == 200

    async def test_the_only_one_is_not_removed_and_one_that_is_known_is_not_added(self, door, mia, half):
        path = f"{SET_UP}/passkey"
        passkey = SoftPasskey(origin="http://localhost:8000")
        page = said(await half.get(path))
        options, carried = asked_on(page)
        made = {"answer": passkey.made_for(options), "carried": carried, "name": "Key"}
        assert (await half.post(path, Form(page, path).fields | made)).status == 303
        [kept] = (await door.services.identity.security.read_proofs(await account_id(door, MIA))).passkeys
        remove = "/account/security/passkeys/remove"
        form = Form(said(await half.get(f"{remove}?id={kept.id}")), remove).fields
        refused = await half.post(remove, form)
        assert refused.status == 409
        assert "your only second factor" in said(refused)

        bob = Employee(door)
        await bob.have_account("bob@harbor.example")
        await be(door, "bob@harbor.example", "viewer")
        bobs = AtLocalhost(await half_way(door, "bob@harbor.example"))
        page = said(await bobs.get(path))
        options, carried = asked_on(page)
        same = {"answer": passkey.made_for(options), "carried": carried, "name": "Mine"}
        assert (await bobs.post(path, Form(page, path).fields | same)).status == 403

    async def test_nothing_is_asked_for_where_the_server_has_another_name(self, door, mia):
        await be(door, MIA, "admin")
        elsewhere = await half_way(door, MIA)
        assert "Or use a passkey" not in said(await elsewhere.get(SET_UP, (("Host", "127.0.0.1:8000"),)))
        for path in (f"{SET_UP}/passkey",):
            reply = await elsewhere.get(path, (("Host", "127.0.0.1:8000"), *AS_A_BROWSER))
            assert reply.status == 404
            token = Form(said(await elsewhere.get(SET_UP)), SET_UP).fields
            there = (("Host", "127.0.0.1:8000"),)
            assert (await elsewhere.post(path, token | {"name": "Key"}, there)).status == 404

    async def test_signs_in_to_the_console_by_itself(self, door, mia, half):
        path = f"{SET_UP}/passkey"
        page = said(await half.get(path))
        options, carried = asked_on(page)
        passkey = SoftPasskey(origin="http://localhost:8000")
        fields = {"answer": passkey.made_for(options), "carried": carried, "name": "Key"}
        assert (await half.post(path, Form(page, path).fields | fields)).status == 303
        fresh = AtLocalhost(Visitor(AsgiClient(door.app)))
        page = said(await fresh.get("/sign-in"))
        options, _ = asked_on(page)
        answer = {"answer": passkey.shown_for(options)}
        assert (
            await fresh.post("/sign-in/passkey", Form(page, "/sign-in/passkey").fields | answer)
        ).status == 303
        assert (await fresh.get(CONSOLE)).status == 200

    async def test_what_was_not_made_for_us_is_none(self, door, half):
        path = f"{SET_UP}/passkey"
        page = said(await half.get(path))
        fields = Form(page, path).fields | {"answer": "{}", "name": "Key"}
        refused = await half.post(path, fields)
        assert refused.status == 403
        assert "No passkey was made" in said(refused)
        assert (await half.get(CONSOLE, AS_A_BROWSER)).status == 404


class AtLocalhost:
    """A browser that names the server as passkeys need it."""

    def __init__(self, visitor):
        self.visitor = visitor

    async def get(self, path, headers=()):
        return await self.visitor.get(path, (*headers, *TestPasskeys.HERE))

    async def post(self, path, fields):
        return await self.visitor.post(path, fields, TestPasskeys.HERE)

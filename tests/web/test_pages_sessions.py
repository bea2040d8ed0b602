"""Passwords and sessions on the pages: changed, set, listed, ended; and signing in again before that."""

import re

import pytest
from sqlalchemy import select

from mooring.server.foundation.database.statement import Statement
from mooring.server.record.outbox.tables import outbox
from mooring.server.web.pages.security.sessions.pages import coarse_place
from tests.support.oauth_devices import OAuthDevice
from tests.support.visitors import PASSWORD, Form, Visitor, location, said

SECURITY = "/account/security"
CHANGE = f"{SECURITY}/password"
AGAIN = f"{SECURITY}/again"
FIREFOX = ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
NEW = "another horse entirely"


@pytest.fixture
async def mia(client):
    visitor = Visitor(client)
    await visitor.sign_up()
    return visitor


@pytest.fixture
async def elsewhere(client, mia):
    """Another browser in which Mia is signed in."""
    visitor = Visitor(client)
    await visitor.submit("/sign-in", "/sign-in", (FIREFOX,), email="mia@outlook.example", password=PASSWORD)
    return visitor


async def mails(door):
    async with door.services.database.reading() as session:
        return [row.kind for row in await session.fetch(Statement(select(outbox)))]


async def is_signed_in(visitor):
    return (await visitor.get(SECURITY)).status == 200


def sessions_on(page):
    return re.findall(r'name="session" value="(ses_\w+)"', page)


async def test_lists_browsers_this_one_first_and_marked(mia, elsewhere):
    page = said(await mia.get(SECURITY))
    assert len(sessions_on(page)) == 2
    assert page.index("This browser") < page.index("Firefox on Linux")
    assert page.count("This browser") == 1
    assert "Signed in with the password" in page


async def test_signs_another_browser_out(mia, elsewhere):
    _, other = sessions_on(said(await mia.get(SECURITY)))
    form = Form(said(await mia.get(SECURITY)), f"{SECURITY}/sessions/end").fields | {"session": other}
    done = await mia.post(f"{SECURITY}/sessions/end", form)
    assert location(done) == f"{SECURITY}?done=session-ended#sessions"
    assert not await is_signed_in(elsewhere)
    assert await is_signed_in(mia)


async def test_signs_this_browser_out(mia, elsewhere):
    here, _ = sessions_on(said(await mia.get(SECURITY)))
    form = Form(said(await mia.get(SECURITY)), f"{SECURITY}/sessions/end").fields | {"session": here}
    assert location(await mia.post(f"{SECURITY}/sessions/end", form)) == "/sign-in"
    assert not await is_signed_in(mia)
    assert await is_signed_in(elsewhere)


async def test_does_not_touch_another_accounts_browsers(client, mia):
    noah = Visitor(client)
    await noah.sign_up("noah@post.example")
    (mias,) = sessions_on(said(await mia.get(SECURITY)))
    form = Form(said(await noah.get(SECURITY)), f"{SECURITY}/sessions/end").fields | {"session": mias}
    assert (await noah.post(f"{SECURITY}/sessions/end", form)).status == 404
    unknown = form | {"session": "ses_01hzy8k3m5n7p9q1r3s5t7v9w1"}
    assert (await noah.post(f"{SECURITY}/sessions/end", unknown)).status == 404
    await noah.submit(CHANGE, CHANGE, current=PASSWORD, password=NEW)
    assert await is_signed_in(mia)


async def test_signs_every_other_browser_out(mia, elsewhere):
    action = f"{SECURITY}/sessions/end-others"
    assert location(await mia.submit(SECURITY, action)) == f"{SECURITY}?done=others-ended#sessions"
    assert not await is_signed_in(elsewhere)
    assert await is_signed_in(mia)
    assert action not in said(await mia.get(SECURITY))


async def test_signs_every_device_out(door, client, mia):
    program = OAuthDevice(client, clock=door.clock.now)
    for _ in range(2):
        codes = await program.begin(product="harbor-notes", device_name="Desk")
        page = f"/device?user_code={codes['user_code']}"
        await mia.submit(page, "/device", decision="approve")
        program.token = None
        assert (await program.poll(codes["device_code"])).status == 200
    action = f"{SECURITY}/devices/end-all"
    assert "Sign out all 2 signed-in devices" in said(await mia.get(SECURITY))
    assert location(await mia.submit(action, action)) == f"{SECURITY}?done=devices-ended#sessions"
    assert action not in said(await mia.get(SECURITY))


async def test_changes_the_password_for_who_knows_it(door, client, mia, elsewhere):
    done = await mia.submit(CHANGE, CHANGE, current=PASSWORD, password=NEW)
    assert location(done) == f"{SECURITY}?done=password-changed#password"
    assert "The password is changed" in said(await mia.get(location(done).partition("#")[0]))
    assert await is_signed_in(mia)
    assert not await is_signed_in(elsewhere)
    assert "password_changed" in await mails(door)
    assert (await Visitor(client).sign_in()).status == 403
    assert (await Visitor(client).sign_in(password=NEW)).status == 303


@pytest.mark.parametrize("current", ["", "a wrong password", "x" * 300])
async def test_refuses_to_change_it_for_who_does_not(client, mia, current):
    refused = await mia.submit(CHANGE, CHANGE, current=current, password=NEW)
    assert refused.status == 403
    assert "not the password of this account" in said(refused)
    assert (await Visitor(client).sign_in()).status == 303


@pytest.mark.parametrize(("new", "said_of_it"), [("short", "too short"), ("password", "among the first")])
async def test_refuses_a_password_that_is_not_good_enough(client, mia, new, said_of_it):
    refused = await mia.submit(CHANGE, CHANGE, current=PASSWORD, password=new)
    assert refused.status == 422
    assert said_of_it in said(refused)
    assert (await Visitor(client).sign_in()).status == 303


async def test_guessing_the_password_here_is_guessing_it_at_sign_in(client, mia):
    for _ in range(10):
        assert (await mia.submit(CHANGE, CHANGE, current="a wrong one", password=NEW)).status == 403
    spent = await mia.submit(CHANGE, CHANGE, current=PASSWORD, password=NEW)
    assert spent.status == 429
    assert "too many tries" in said(spent)


async def test_the_only_way_in_stays(mia):
    action = f"{SECURITY}/password/remove"
    refused = await mia.submit(action, action)
    assert refused.status == 409
    assert "only way into your account" in said(refused)
    assert action not in said(await mia.get(SECURITY))


async def test_signing_in_again_goes_back_only_to_our_own_pages(mia):
    for wish in ("https://evil.example/", "//evil.example", "/nowhere"):
        form = Form(said(await mia.get(AGAIN)), AGAIN).fields | {"next": wish, "password": PASSWORD}
        assert location(await mia.post(AGAIN, form)) == SECURITY


async def test_signing_in_again_needs_the_password(door, mia):
    door.clock.forward(minutes=10)
    refused = await mia.submit(AGAIN, AGAIN, password="a wrong one")
    assert refused.status == 403
    assert "not the password of this account" in said(refused)
    assert location(await mia.get(f"{SECURITY}/passkeys/add")).startswith(AGAIN)


async def test_a_form_that_came_too_late_leads_to_signing_in_again(door, mia):
    action = f"{SECURITY}/authenticator/add"
    form = Form(said(await mia.get(action)), action).fields | {"code": "123456"}
    door.clock.forward(minutes=10)
    late = await mia.post(action, form)
    assert location(late) == f"{AGAIN}?next=%2Faccount%2Fsecurity%2Fauthenticator%2Fadd"


@pytest.mark.parametrize(
    ("address", "shown"),
    [("203.0.113.7", "203.0.113.x"), ("2001:db8:1:2::3", "2001:db8:1:x"), ("here", "here"), (None, "")],
)
def test_a_place_is_told_coarsely(address, shown):
    assert coarse_place(address) == shown

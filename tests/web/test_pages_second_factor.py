"""The second factor on the pages: turned on, asked for after the password, recovered from, turned off."""

import re
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.storage.tables import authenticators, recovery_codes
from mooring.server.record.outbox.tables import outbox
from mooring.server.record.tables import events
from tests.support.authenticators import App, codes_on
from tests.support.visitors import PASSWORD, Form, Visitor, location, said

SECURITY = "/account/security"
ADD = f"{SECURITY}/authenticator/add"
REMOVE = f"{SECURITY}/authenticator/remove"
CODES = f"{SECURITY}/recovery-codes"
STEP_TWO = "/sign-in/second-factor"


@pytest.fixture
async def mia(client):
    visitor = Visitor(client)
    await visitor.sign_up()
    return visitor


@pytest.fixture
async def app(door, mia):
    """Mia's app, turned on; the codes that she got with it are ``app.codes``."""
    app = App(said(await mia.get(ADD)))
    shown = await mia.submit(ADD, ADD, code=app.shows(door.clock.now()))
    assert shown.status == 200, said(shown)
    app.codes = codes_on(said(shown))
    door.clock.forward(minutes=1)
    return app


async def rows(door, table):
    async with door.services.database.reading() as session:
        return await session.fetch(Statement(select(table)))


async def mails(door):
    """Return what Mia was told of by mail, beside where she signed in."""
    return [row.kind for row in await rows(door, outbox) if row.kind != "new_sign_in"]


async def half_way(client, *, next_page=""):
    """Return a browser in which Mia typed her password."""
    visitor = Visitor(client)
    assert location(await visitor.sign_in(next_page=next_page)) == STEP_TWO
    return visitor


async def test_is_turned_on_by_a_code_of_the_app(door, client, mia):
    page = said(await mia.get(ADD))
    app = App(page)
    assert re.fullmatch(r"[A-Z2-7]{4}( [A-Z2-7]{4}){7}", app.key)
    assert App(said(await mia.get(ADD))).key == app.key  # another tab shows the same
    picture = await mia.get(f"{SECURITY}/authenticator/qr.svg")
    assert picture.header("content-type") == "image/svg+xml"
    assert picture.header("cache-control") == "no-store"
    assert b"<svg" in picture.body
    assert location(await Visitor(client).sign_in()) == "/"  # nothing is asked for before it is confirmed
    shown = await mia.submit(ADD, ADD, code=app.shows(door.clock.now()))
    codes = codes_on(said(shown))
    assert len(set(codes)) == 10
    file = unquote(re.search(r'href="data:text/plain;charset=utf-8,([^"]+)"', said(shown))[1])
    assert all(code in file for code in codes)
    assert await mails(door) == ["second_factor_on"]
    assert "10 recovery codes are left" in said(await mia.get(SECURITY))
    assert location(await mia.get(ADD)) == SECURITY
    assert (await mia.get(f"{SECURITY}/authenticator/qr.svg")).status == 404


async def test_a_wrong_code_turns_nothing_on(door, client, mia):
    app = App(said(await mia.get(ADD)))
    wrong = await mia.submit(ADD, ADD, code="000000" if app.shows(door.clock.now()) != "000000" else "1")
    assert wrong.status == 403
    assert "That is not the code" in said(wrong)
    assert App(said(wrong)).key == app.key
    assert location(await Visitor(client).sign_in()) == "/"


async def test_a_key_shown_in_an_earlier_sign_in_is_not_shown_again(door, client, mia):
    app = App(said(await mia.get(ADD)))
    door.clock.forward(minutes=1)
    other = Visitor(client)
    await other.sign_in()
    assert App(said(await other.get(ADD))).key != app.key


async def test_secrets_lie_sealed_and_hashed(door, app):
    (kept,) = await rows(door, authenticators)
    assert app.secret not in kept.sealed_secret
    hashes = b"".join(row.code_hash for row in await rows(door, recovery_codes))
    assert not any(code.replace("-", "").encode() in hashes for code in app.codes)


async def test_after_the_password_a_code_is_asked_for_and_the_way_goes_on(door, client, app):
    visitor = await half_way(client, next_page="/device?user_code=BCDF-GHJK")
    assert "mooring" not in visitor.cookies
    assert location(await visitor.get(SECURITY)).startswith("/sign-in")  # half a session opens nothing
    entered = await visitor.submit(STEP_TWO, STEP_TWO, code=app.shows(door.clock.now()))
    assert location(entered) == "/device?user_code=BCDF-GHJK"
    assert "mooring-half" not in visitor.cookies
    assert (await visitor.get(SECURITY)).status == 200


@pytest.mark.parametrize(("steps", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_a_clock_may_be_half_a_minute_off(door, client, app, steps, counts):
    door.clock.forward(minutes=5)
    visitor = await half_way(client)
    answer = await visitor.submit(STEP_TWO, STEP_TWO, code=app.shows(door.clock.now(), steps=steps))
    assert answer.status == (303 if counts else 403)


async def test_a_code_is_good_once(door, client, app):
    code = app.shows(door.clock.now())
    first, second = await half_way(client), await half_way(client)
    assert (await first.submit(STEP_TWO, STEP_TWO, code=code)).status == 303
    again = await second.submit(STEP_TWO, STEP_TWO, code=code)
    assert again.status == 403
    assert "Each is good once" in said(again)
    earlier = app.shows(door.clock.now(), steps=-1)
    assert (await second.submit(STEP_TWO, STEP_TWO, code=earlier)).status == 403


async def test_the_code_that_turned_it_on_does_not_sign_in(door, client, mia):
    app = App(said(await mia.get(ADD)))
    code = app.shows(door.clock.now())
    await mia.submit(ADD, ADD, code=code)
    assert (await (await half_way(client)).submit(STEP_TWO, STEP_TWO, code=code)).status == 403


async def test_a_recovery_code_is_good_once_and_told(door, client, app):
    visitor = await half_way(client)
    page = f"{STEP_TWO}?with=recovery"
    entered = await visitor.submit(page, STEP_TWO, code=app.codes[3].lower().replace("-", " "))
    assert location(entered) == "/"
    assert "recovery_code_used" in await mails(door)
    assert "9 recovery codes are left" in said(await visitor.get(SECURITY))
    again = await (await half_way(client)).submit(page, STEP_TWO, code=app.codes[3])
    assert again.status == 403
    assert "used before" in said(again)
    assert (await (await half_way(client)).submit(page, STEP_TWO, code=app.codes[4])).status == 303


async def test_another_accounts_recovery_code_is_worth_nothing(door, client, app):
    noah = Visitor(client)
    await noah.sign_up("noah@post.example")
    noahs = App(said(await noah.get(ADD)))
    codes = codes_on(said(await noah.submit(ADD, ADD, code=noahs.shows(door.clock.now()))))
    visitor = await half_way(client)
    refused = await visitor.submit(f"{STEP_TWO}?with=recovery", STEP_TWO, code=codes[0])
    assert refused.status == 403


async def test_new_recovery_codes_take_the_old_ones_place(door, client, mia, app):
    fresh = codes_on(said(await mia.submit(CODES, CODES)))
    assert len(fresh) == 10
    assert not set(fresh) & set(app.codes)
    assert await mails(door) == ["second_factor_on", "recovery_codes_made"]
    visitor = await half_way(client)
    page = f"{STEP_TWO}?with=recovery"
    assert (await visitor.submit(page, STEP_TWO, code=app.codes[0])).status == 403
    assert (await visitor.submit(page, STEP_TWO, code=fresh[0])).status == 303


async def test_half_a_session_ends_after_ten_minutes(door, client, app):
    visitor = await half_way(client)
    form = Form(said(await visitor.get(STEP_TWO)), STEP_TWO).fields
    door.clock.forward(minutes=10)
    late = await visitor.post(STEP_TWO, form | {"code": app.shows(door.clock.now())})
    assert location(late) == "/sign-in"
    assert "mooring-half" not in visitor.cookies


async def test_half_a_session_is_of_one_browser(door, client, app):
    visitor, thief = await half_way(client), Visitor(client)
    await thief.get("/sign-in")
    thief.cookies["mooring-half"] = visitor.cookies["mooring-half"]
    assert location(await thief.get(STEP_TWO)) == "/sign-in"
    form = Form(said(await thief.get("/sign-up")), "/sign-up").fields
    thief.cookies["mooring-half"] = visitor.cookies["mooring-half"]
    refused = await thief.post(STEP_TWO, form | {"code": app.shows(door.clock.now())})
    assert location(refused) == "/sign-in"
    assert "mooring" not in thief.cookies


@pytest.mark.parametrize("carried", ["", "nonsense", "A" * 500])
async def test_nobody_makes_half_a_session(client, app, carried):
    visitor = Visitor(client)
    await visitor.get("/sign-in")
    visitor.cookies["mooring-half"] = carried
    assert location(await visitor.get(STEP_TWO)) == "/sign-in"


async def test_another_password_ends_half_sessions(door, client, mia, app):
    visitor = await half_way(client)
    door.clock.forward(seconds=1)
    page = f"{SECURITY}/password"
    done = await mia.submit(page, page, current=PASSWORD, password="another horse entirely")
    assert location(done) == f"{SECURITY}?done=password-changed#password"
    late = await visitor.submit(STEP_TWO, STEP_TWO, code=app.shows(door.clock.now()))
    assert location(late) == "/sign-in"


async def test_guessing_is_held_down_by_account_and_not_for_its_owner(door, client, mia, app):
    thief = await half_way(client)
    for _ in range(10):
        assert (await thief.submit(STEP_TWO, STEP_TWO, code="12345")).status == 403
    spent = await thief.submit(STEP_TWO, STEP_TWO, code=app.shows(door.clock.now()))
    assert spent.status == 429
    assert "too many tries" in said(spent)
    owner = Visitor(client)
    owner.cookies["mooring-known"] = mia.cookies["mooring-known"]
    await owner.sign_in()
    assert (await owner.submit(STEP_TWO, STEP_TWO, code=app.shows(door.clock.now()))).status == 303


async def test_is_turned_off_by_who_proved_it_again_with_both(door, client, mia, app):
    door.clock.forward(minutes=10)
    sent = location(await mia.get(REMOVE))
    assert sent.startswith(f"{SECURITY}/again?next=")
    assert location(await mia.submit(sent, f"{SECURITY}/again", password=PASSWORD)) == STEP_TWO
    assert location(await mia.get(REMOVE)) == sent  # the password alone is not enough
    code = app.shows(door.clock.now())
    assert location(await mia.submit(STEP_TWO, STEP_TWO, code=code)) == REMOVE
    done = await mia.submit(REMOVE, REMOVE)
    assert location(done) == f"{SECURITY}?done=authenticator-removed#authenticator"
    assert await mails(door) == ["second_factor_on", "second_factor_off"]
    assert await rows(door, recovery_codes) == []
    assert location(await Visitor(client).sign_in()) == "/"


async def test_turning_it_off_ends_half_sessions(door, client, mia, app):
    visitor = await half_way(client)
    await mia.submit(REMOVE, REMOVE)
    late = await visitor.submit(STEP_TWO, STEP_TWO, code=app.shows(door.clock.now()))
    assert location(late) == "/sign-in"


async def test_signing_up_again_asks_for_the_code_as_well(client, app):
    visitor = Visitor(client)
    await visitor.sign_up()
    assert "mooring" not in visitor.cookies


async def test_what_happened_is_recorded_without_a_secret(door, client, app):
    visitor = await half_way(client)
    await visitor.submit(f"{STEP_TWO}?with=recovery", STEP_TWO, code=app.codes[0])
    written = [(row.kind, str(row.detail)) for row in await rows(door, events)]
    kinds = [kind for kind, _ in written]
    assert {"account.second_factor_on", "account.recovery_code_used"} <= set(kinds)
    assert not any(code in detail for _, detail in written for code in app.codes)

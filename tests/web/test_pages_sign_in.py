"""Signing up, in and out: what a person sees, and where they go on."""

import pytest

from mooring.core.refusals import ServiceUnavailable
from mooring.server.foundation.database.port import DatabaseUnavailable
from tests.support.clients import AsgiClient
from tests.support.visitors import PASSWORD, Visitor, location, said
from tests.support.web_apps import Door, a_door


@pytest.fixture
def visitor(client: AsgiClient) -> Visitor:
    return Visitor(client)


async def test_the_front_page_shows_the_ways_in(visitor: Visitor):
    page = said(await visitor.get("/"))
    for address in ("/sign-in", "/sign-up", "/device", "/openapi.json", "/link"):
        assert f'href="{address}"' in page
    await visitor.sign_up()
    page = said(await visitor.get("/"))
    assert "mia@outlook.example" in page
    assert 'href="/sign-in"' not in page


async def test_a_new_account_is_signed_in_at_once(visitor: Visitor):
    await visitor.sign_up()
    assert (await visitor.get("/device")).status == 200


async def test_an_account_is_found_however_its_address_is_written(visitor: Visitor, client: AsgiClient):
    await visitor.sign_up("Mia@Outlook.Example")
    again = Visitor(client)
    assert (await again.sign_in(" mia@outlook.example ")).status == 303
    assert (await again.get("/device")).status == 200


async def test_signing_up_again_with_the_same_password_signs_in(visitor: Visitor, client: AsgiClient):
    await visitor.sign_up()
    again = Visitor(client)
    assert (await again.sign_up()).status == 303
    assert (await again.get("/device")).status == 200


@pytest.mark.parametrize(
    ("email", "password", "words"),
    [
        ("mia", PASSWORD, "This is not an e-mail address."),
        ("mia@", PASSWORD, "This is not an e-mail address."),
        ("mia@outlook.example", "", "Type a password."),
        ("mia@outlook.example", "short", "at least 8 characters"),
        ("mia@outlook.example", "x" * 257, "256 characters are the most"),
        ("mia@outlook.example", "Password123", "among the first that anybody would try"),
        ("mia.long@outlook.example", "mia.long@outlook.example", "too much like your address"),
    ],
)
async def test_what_cannot_be_used_is_said_beside_its_field(
    visitor: Visitor, email: str, password: str, words: str
):
    reply = await visitor.submit("/sign-up", "/sign-up", email=email, password=password)
    page = said(reply)
    assert reply.status == 422
    assert words in page
    wrong = "email" if "address." in words and "like" not in words else "password"
    assert f'id="{wrong}-wrong"' in page
    assert f'aria-describedby="{wrong}-wrong' in page
    assert page.count('aria-invalid="true"') == 1
    assert password == email or not password or f'value="{password}"' not in page


async def test_what_was_typed_wrong_keeps_the_address_and_never_the_password(visitor: Visitor):
    await visitor.sign_up()
    await visitor.submit("/", "/sign-out")
    reply = await visitor.sign_in(password="a wrong password")
    page = said(reply)
    assert reply.status == 403
    assert 'value="mia@outlook.example"' in page
    assert "a wrong password" not in page
    assert 'role="alert"' in page


async def test_an_address_cannot_write_into_the_page(visitor: Visitor):
    page = said(await visitor.sign_in('"><script>alert(1)</script>'))
    assert "<script>alert" not in page


async def test_where_one_was_going_survives_a_mistake_and_a_change_of_mind(visitor: Visitor):
    wish = "/device?user_code=BCDF-GHJK"
    page = said(await visitor.sign_in(password="wrong", next_page=wish))
    assert 'name="next" value="/device?user_code=BCDF-GHJK"' in page
    assert 'href="/sign-up?next=/device%3Fuser_code%3DBCDF-GHJK"' in page
    assert "Then you can let your device in." in page


async def test_who_is_signed_in_is_not_asked_again(visitor: Visitor):
    await visitor.sign_up()
    for page in ("/sign-in", "/sign-up"):
        assert location(await visitor.get(f"{page}?next=/link")) == "/link"


async def test_guessing_a_password_is_held_down_and_says_for_how_long(visitor: Visitor, client: AsgiClient):
    await Visitor(client).sign_up()
    replies = [await visitor.sign_in(password=f"wrong number {number}") for number in range(11)]
    assert [reply.status for reply in replies] == [403] * 10 + [429]
    assert int(replies[-1].header("retry-after") or 0) > 0
    assert "There were too many tries. Please try again in 2 minutes." in said(replies[-1])
    assert replies[-1].header("ratelimit") == '"passwords-of-person-and-place";r=0;t=90'
    # The owner, elsewhere, does not notice.
    owner = Visitor(AsgiClient(client.app, address="198.51.100.20"))
    assert (await owner.sign_in()).status == 303


async def test_a_server_that_hashes_too_much_already_says_so_on_the_page(
    visitor: Visitor, door: Door, monkeypatch
):
    async def busy(*_args: object, **_named: object) -> None:
        raise ServiceUnavailable(retry_after=5)

    monkeypatch.setattr(type(door.services.identity.sign_in), "__call__", busy)
    monkeypatch.setattr(type(door.services.identity.sign_up), "__call__", busy)
    for reply in (await visitor.sign_in(), await visitor.sign_up()):
        assert (reply.status, reply.header("retry-after")) == (503, "5")
        assert "Many people are signing in just now" in said(reply)


async def test_pages_say_plainly_that_the_database_is_away(visitor: Visitor, door: Door, monkeypatch):
    visitor.cookies["mooring"] = "a-session"

    def away(_self: object) -> None:
        raise DatabaseUnavailable

    monkeypatch.setattr(type(door.services.database), "reading", away)
    reply = await visitor.get("/device")
    assert (reply.status, reply.header("retry-after")) == (503, "5")
    assert reply.header("content-type") == "text/html; charset=utf-8"


async def test_a_fault_is_a_page_with_a_number_to_quote(visitor: Visitor, monkeypatch, capfd):
    monkeypatch.setattr("mooring.server.web.pages.sign_in.pages.own_page", lambda *_: 1 / 0)
    reply = await visitor.get("/sign-in")
    assert reply.status == 500
    assert "The fault is ours" in said(reply)
    assert (reply.header("request-id") or "?") in said(reply)
    assert "ZeroDivisionError" not in said(reply)


async def test_passwords_codes_and_tokens_stay_out_of_the_log(visitor: Visitor, capfd):
    await visitor.sign_up()
    await visitor.get("/device?user_code=BCDF-GHJK")
    written = "".join(capfd.readouterr())
    for secret in (PASSWORD, "mia@outlook", "BCDF", *visitor.cookies.values()):
        assert secret not in written


async def test_a_page_below_a_path_of_its_host_links_below_it(tmp_path):
    door = a_door(tmp_path, addresses=("https://example.com/activation",))
    visitor = Visitor(AsgiClient(door.app, host="example.com"))
    page = said(await visitor.get("/"))
    assert 'href="/activation/sign-in"' in page
    assert 'href="/activation/assets/design.' in page
    assert location(await visitor.get("/device")) == "/activation/sign-in?next=%2Fdevice"
    await door.close()


async def test_a_device_page_needs_a_decision_it_knows(visitor: Visitor):
    await visitor.sign_up()
    shown = await visitor.get("/device")
    assert 'method="get"' in said(shown)
    token = said(shown).partition('name="form_token" value="')[2].partition('"')[0]
    reply = await visitor.post("/device", {"form_token": token, "user_code": "BCDF-GHJK", "decision": "x"})
    assert reply.status == 422
    unknown = await visitor.post(
        "/device", {"form_token": token, "user_code": "BCDF-GHJK", "decision": "approve"}
    )
    assert unknown.status == 422
    assert "No device shows this code now" in said(unknown)


async def test_linking_is_explained_to_anybody(visitor: Visitor):
    page = said(await visitor.get("/link"))
    for promise in (
        "What you gain",
        "What is necessary for that",
        "Who else gets something",
        "mooring unlink",
    ):
        assert promise in page

"""Signing a program in through the browser of the same computer (RFC 8252), and every way to abuse it."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.support.clients import AsgiClient, Reply
from tests.support.oauth_devices import CALLBACK, OAuthDevice, answer_at_callback
from tests.support.visitors import PASSWORD, Visitor, location, path_of, said
from tests.support.web_apps import Door


@pytest.fixture
def program(client: AsgiClient, door: Door) -> OAuthDevice:
    return OAuthDevice(client, clock=door.clock.now)


@pytest.fixture
async def mia(client: AsgiClient) -> Visitor:
    visitor = Visitor(client)
    await visitor.sign_up()
    return visitor


async def decide(visitor: Visitor, wish: str, decision: str) -> Reply:
    fields = dict(parse_qsl(urlsplit(wish).query))
    return await visitor.submit(wish, "/oauth/authorize", **(fields | {"decision": decision}))


async def test_a_program_signs_in_through_the_browser(program: OAuthDevice, mia: Visitor):
    page = said(await mia.get(program.wish_to_sign_in()))
    for shown in ("Mia&#39;s laptop", "Harbor Notes", "mia@outlook.example"):
        assert shown in page
    answer = answer_at_callback(await decide(mia, program.wish_to_sign_in(), "approve"))
    assert set(answer) == {"code", "state", "iss"}
    assert (answer["state"], answer["iss"]) == ("a-state", "http://127.0.0.1:8000")
    assert (await program.redeem(answer["code"])).json()["token_type"] == "DPoP"


async def test_a_stranger_signs_in_first_and_comes_back_to_the_program(
    program: OAuthDevice, client: AsgiClient
):
    visitor = Visitor(client)
    sent = location(await visitor.get(program.wish_to_sign_in()))
    assert sent.startswith("/sign-in?next=%2Foauth%2Fauthorize%3F")
    assert "the program on this computer can go on" in said(await visitor.get(sent))
    await Visitor(client).sign_up()
    signed_in = await visitor.submit(sent, "/sign-in", email="mia@outlook.example", password=PASSWORD)
    consent = location(signed_in)
    assert path_of(consent) == path_of(program.wish_to_sign_in())
    answer = answer_at_callback(await decide(visitor, consent, "approve"))
    assert (await program.redeem(answer["code"])).status == 200


async def test_who_wants_an_account_is_sent_to_make_one(program: OAuthDevice, client: AsgiClient):
    sent = location(await Visitor(client).get(program.wish_to_sign_in(prompt="create")))
    assert sent.startswith("/sign-up?next=%2Foauth%2Fauthorize%3F")


async def test_a_no_is_carried_back_too(program: OAuthDevice, mia: Visitor):
    for decision in ("deny", ""):
        answer = answer_at_callback(await decide(mia, program.wish_to_sign_in(), decision))
        assert "code" not in answer
        assert (answer["error"], answer["state"], answer["iss"]) == (
            "access_denied",
            "a-state",
            "http://127.0.0.1:8000",
        )


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"dpop_jkt": "short"}, "invalid_request"),
    ],
)
async def test_what_is_wrong_is_told_to_the_program(
    program: OAuthDevice, mia: Visitor, wrong: dict[str, str | None], error: str
):
    answer = answer_at_callback(await mia.get(program.wish_to_sign_in(**wrong)))
    assert (answer["error"], answer["state"]) == (error, "a-state")


@pytest.mark.parametrize(
    "redirect",
    [
        None,
        "",
        "http://evil.example/callback",
        "https://127.0.0.1:50999/callback",
        "http://localhost:50999/callback",
        "http://127.0.0.1:50999/callback/",
        "http://127.0.0.1:50999/callback?x=1",
        "http://127.0.0.1:50999/other",
        "http://127.0.0.1:50999@evil.example/callback",
        "http://127.0.0.1:0/callback",
        "http://127.0.0.1/callback",
        "http://127.0.0.2:50999/callback",
        "javascript:alert(1)//127.0.0.1:50999/callback",
        "http://127.0.0.1:50999/callback\r\nx: y",
    ],
)
async def test_open_redirect_no_answer_goes_anywhere_but_to_a_loopback_callback(
    program: OAuthDevice, mia: Visitor, redirect: str | None
):
    for wish in (
        program.wish_to_sign_in(redirect_uri=redirect),
        program.wish_to_sign_in(redirect_uri=redirect, response_type="token"),
    ):
        reply = await mia.get(wish)
        assert (reply.status, reply.header("location")) == (400, None)
        assert "Nothing was changed" in said(reply)
    # Nor when the form is sent without the page.
    good = program.wish_to_sign_in()
    for decision in ("approve", "deny"):
        fields = dict(parse_qsl(urlsplit(good).query)) | {
            "decision": decision,
            "redirect_uri": redirect or "",
        }
        reply = await mia.submit(good, "/oauth/authorize", **fields)
        assert (reply.status, reply.header("location")) == (400, None)


async def test_open_redirect_an_unknown_client_is_sent_nowhere(program: OAuthDevice, mia: Visitor):
    reply = await mia.get(program.wish_to_sign_in(client_id="another"))
    assert (reply.status, reply.header("location")) == (400, None)


async def test_any_port_of_the_loopback_will_do(program: OAuthDevice, mia: Visitor):
    for callback in ("http://127.0.0.1:1/callback", "http://[::1]:65535/callback"):
        sent = location(await decide(mia, program.wish_to_sign_in(redirect_uri=callback), "approve"))
        assert sent.startswith(callback + "?code=")


async def test_the_page_lets_its_form_lead_to_the_program_and_nowhere_else(
    program: OAuthDevice, mia: Visitor
):
    for callback, target in ((CALLBACK, "http://127.0.0.1:50999"), ("http://[::1]:5/callback", "http:")):
        page = await mia.get(program.wish_to_sign_in(redirect_uri=callback))
        assert f"form-action 'self' {target};" in (page.header("content-security-policy") or "")


async def test_a_code_is_worth_nothing_without_the_verifier(program: OAuthDevice, mia: Visitor):
    code = answer_at_callback(await decide(mia, program.wish_to_sign_in(), "approve"))["code"]
    for verifier in ("another-verifier-of-forty-three-characters-x", ""):
        wrong = await program.redeem(code, code_verifier=verifier)
        assert wrong.json()["error"] == "invalid_grant"
    assert (await program.redeem(code)).status == 200


async def test_an_intercepted_code_is_worth_nothing_with_another_key(
    program: OAuthDevice, mia: Visitor, client: AsgiClient, door: Door
):
    code = answer_at_callback(await decide(mia, program.wish_to_sign_in(), "approve"))["code"]
    thief = OAuthDevice(client, clock=door.clock.now)
    assert (await thief.redeem(code)).json()["error"] == "invalid_grant"
    assert (await program.redeem(code)).status == 200


async def test_a_replayed_code_ends_what_it_gave(program: OAuthDevice, mia: Visitor):
    code = answer_at_callback(await decide(mia, program.wish_to_sign_in(), "approve"))["code"]
    tokens = (await program.redeem(code)).json()
    assert (await program.redeem(code)).json()["error"] == "invalid_grant"
    assert (await program.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_code_lasts_a_minute(program: OAuthDevice, mia: Visitor, door: Door):
    code = answer_at_callback(await decide(mia, program.wish_to_sign_in(), "approve"))["code"]
    door.clock.forward(seconds=60)
    assert (await program.redeem(code)).json()["error"] == "invalid_grant"


async def test_a_form_sent_after_signing_out_lets_nobody_in(program: OAuthDevice, mia: Visitor):
    """The session ended while the page lay open: its form is worth nothing, and nobody is let in."""
    wish = program.wish_to_sign_in()
    page = await mia.get(wish)
    token = said(page).rpartition('name="form_token" value="')[2].partition('"')[0]
    mia.cookies.clear()
    fields = dict(parse_qsl(urlsplit(wish).query)) | {"decision": "approve", "form_token": token}
    reply = await mia.post("/oauth/authorize", fields)
    assert (reply.status, reply.header("location")) == (403, None)

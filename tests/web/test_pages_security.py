"""What the pages withstand: forged forms, planted sessions, open redirects, frames, scripts, curiosity."""

import dataclasses
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from time import process_time
from urllib.parse import quote

import argon2
import pytest

from mooring.server.web.app import WebApp
from tests.support.clients import AsgiClient, Reply
from tests.support.held_licenses import HeldLicenses, a_device, a_license
from tests.support.oauth_devices import OAuthDevice
from tests.support.visitors import PASSWORD, Form, Visitor, location, said
from tests.support.web_apps import Door, a_door

OPEN = (
    "/",
    "/link",
    "/sign-in",
    "/sign-up",
    "/find-licenses",
    "/claim",
    "/handover",
    "/problems/not_found",
    "/oauth/authorize",
)
CLOSED = (
    "/account",
    "/account/free-all",
    "/account/privacy",
    "/account/devices/dev_00000000000000000000000001/free",
    "/account/devices/dev_00000000000000000000000001/rename",
    "/account/licenses/lic_00000000000000000000000001/unlink",
    "/account/licenses/lic_00000000000000000000000001/hand-over",
    "/account/handovers",
    "/account/security",
    "/account/security/again",
    "/account/security/password",
    "/account/security/password/remove",
    "/account/security/passkeys/add",
    "/account/security/passkeys/rename",
    "/account/security/passkeys/remove",
    "/account/security/authenticator/add",
    "/account/security/authenticator/qr.svg",
    "/account/security/authenticator/remove",
    "/account/security/recovery-codes",
    "/account/security/devices/end-all",
)
FORMS = (
    "/sign-in",
    "/sign-up",
    "/sign-out",
    "/device",
    "/oauth/authorize",
    "/account/claim",
    "/account/free-all",
    "/account/privacy",
    "/account/privacy/share-nothing",
    "/account/devices/dev_00000000000000000000000001/free",
    "/account/devices/dev_00000000000000000000000001/rename",
    "/account/licenses/lic_00000000000000000000000001/unlink",
    "/account/licenses/lic_00000000000000000000000001/hand-over",
    "/account/handovers/hnd_00000000000000000000000001/undo",
    "/account/handovers/hnd_00000000000000000000000001/accept",
    "/account/handovers/hnd_00000000000000000000000001/decline",
    "/account/purchases/lic_00000000000000000000000001/claim",
    "/account/windows/dev_00000000000000000000000001/forget",
    "/account/grants/grt_00000000000000000000000001/end",
    "/handover/accept",
    "/handover/decline",
    "/find-licenses",
    "/claim",
    "/sign-in/passkey",
    "/sign-in/second-factor",
    "/account/security/again",
    "/account/security/again/passkey",
    "/account/security/password",
    "/account/security/password/remove",
    "/account/security/passkeys/add",
    "/account/security/passkeys/rename",
    "/account/security/passkeys/remove",
    "/account/security/authenticator/add",
    "/account/security/authenticator/remove",
    "/account/security/recovery-codes",
    "/account/security/sessions/end",
    "/account/security/sessions/end-others",
    "/account/security/devices/end-all",
)
PROGRAMS_ASK = ("/v1/", "/oauth/token", "/oauth/device_authorization", "/oauth/introspect", "/oauth/revoke")
"""Where no form goes: there a program asks, with a key or a token of its own, and no cookie counts."""


@pytest.fixture
def held() -> HeldLicenses:
    return HeldLicenses([a_license(1, a_device(1))])


@pytest.fixture
async def door(tmp_path: Path, held: HeldLicenses) -> AsyncIterator[Door]:
    door = a_door(tmp_path)
    services = dataclasses.replace(door.services, holders=held.services())
    yield dataclasses.replace(door, app=WebApp(services), services=services)
    await door.close()


@pytest.fixture
async def mia(client: AsgiClient) -> Visitor:
    visitor = Visitor(client)
    await visitor.sign_up()
    return visitor


def token_on(reply: Reply) -> str:
    return Form(said(reply)).fields["form_token"]


def test_every_form_of_the_site_is_among_those_judged_here(door: Door):
    posts = {
        template
        for find, _ in door.app._doors
        for template in _templates(find.__self__)
        if not template.startswith(PROGRAMS_ASK)
    }
    judged = {re.sub(r"/(dev|lic|grt|hnd)_\w{26}", "/{id}", path) for path in FORMS}
    assert posts == judged


def _templates(table: object) -> set[str]:
    exact = [(found.template, found.value) for found in table._exact.values()]  # type: ignore[attr-defined]
    others = [
        (template, methods)
        for entries in table._by_length.values()  # type: ignore[attr-defined]
        for template, _, methods in entries
    ]
    return {template for template, methods in exact + others if "POST" in methods}


# Forged forms (CSRF)


@pytest.mark.parametrize("path", FORMS)
async def test_csrf_a_form_without_our_token_changes_nothing(mia: Visitor, held: HeldLicenses, path: str):
    for fields in ({}, {"form_token": ""}, {"form_token": "x" * 32}, {"form_token": "ü"}):
        reply = await mia.post(path, fields | {"decision": "approve"})
        assert (reply.status, reply.header("location")) == (403, None)
        assert "Nothing was changed" in said(reply)
    assert held.done == []


@pytest.mark.parametrize("path", FORMS)
async def test_csrf_a_token_of_another_browser_is_none(client: AsgiClient, mia: Visitor, path: str):
    thief = Visitor(client)
    await thief.sign_up("tom@fabrikam.example")
    stolen = token_on(await thief.get("/account"))
    assert (await mia.post(path, {"form_token": stolen})).status == 403


async def test_csrf_a_token_from_before_sign_in_is_none_after_it(mia: Visitor, client: AsgiClient):
    visitor = Visitor(client)
    before = token_on(await visitor.get("/sign-in"))
    await visitor.sign_in()
    assert (await visitor.post("/sign-out", {"form_token": before})).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        (("Origin", "https://evil.example"),),
        (("Origin", "null"),),
        (("Origin", "http://127.0.0.1:8001"),),
        (("Origin", "https://127.0.0.1:8000"),),
        (("Sec-Fetch-Site", "cross-site"),),
        (("Sec-Fetch-Site", "same-site"),),
        (("Sec-Fetch-Site", "none"),),
    ],
)
async def test_csrf_a_form_sent_from_elsewhere_changes_nothing(
    mia: Visitor, held: HeldLicenses, headers: tuple[tuple[str, str], ...]
):
    reply = await mia.submit("/account/free-all", "/account/free-all", headers)
    assert (reply.status, held.done) == (403, [])


async def test_csrf_a_form_sent_from_here_is_done(mia: Visitor, held: HeldLicenses):
    headers = (("Origin", "http://127.0.0.1:8000"), ("Sec-Fetch-Site", "same-origin"))
    reply = await mia.submit("/account/free-all", "/account/free-all", headers)
    assert (reply.status, [what for what, *_ in held.done]) == (303, ["free_all"])


async def test_csrf_nobody_is_signed_in_by_a_form_of_another_site(client: AsgiClient, mia: Visitor):
    """Login CSRF: the victim would type into the attacker's account."""
    victim = Visitor(client)
    reply = await victim.post("/sign-in", {"email": "mia@outlook.example", "password": PASSWORD})
    assert reply.status == 403
    assert "mooring" not in victim.cookies


@pytest.mark.parametrize("path", FORMS)
async def test_csrf_no_form_works_by_a_link(mia: Visitor, held: HeldLicenses, path: str):
    token = token_on(await mia.get("/account"))
    await mia.get(f"{path}?form_token={token}&decision=approve")
    assert held.done == []
    assert (await mia.get("/account")).status == 200


# Planted sessions (session fixation)


async def test_session_fixation_signing_in_always_begins_a_new_session(client: AsgiClient):
    attacker = Visitor(client)
    await attacker.sign_up("eve@fabrikam.example")
    planted = attacker.cookies["mooring"]
    await Visitor(client).sign_up()
    victim = Visitor(client)
    await victim.get("/sign-in")
    for cookie in (planted, "chosen-by-the-attacker"):
        victim.cookies["mooring"] = cookie
        token = token_on(await victim.get("/sign-in" if cookie != planted else "/account"))
        fields = {"email": "mia@outlook.example", "password": PASSWORD, "form_token": token}
        assert (await victim.post("/sign-in", fields)).status == 303
        assert victim.cookies["mooring"] not in {planted, "chosen-by-the-attacker"}
    # And the planted session is nobody's any more.
    assert location(await attacker.get("/account")).startswith("/sign-in")


async def test_signing_out_ends_the_session_at_the_server(mia: Visitor):
    kept = mia.cookies["mooring"]
    await mia.submit("/", "/sign-out")
    assert "mooring" not in mia.cookies
    mia.cookies["mooring"] = kept
    assert location(await mia.get("/account")) == "/sign-in?next=%2Faccount"


async def test_a_session_ends_when_it_is_not_used_for_a_week(mia: Visitor, door: Door):
    door.clock.forward(days=6, hours=23)
    assert (await mia.get("/account")).status == 200
    door.clock.forward(days=7)
    assert (await mia.get("/account")).status == 303


@pytest.mark.parametrize("path", CLOSED)
async def test_who_is_not_signed_in_sees_nothing_and_comes_back(client: AsgiClient, path: str):
    reply = await Visitor(client).get(path)
    assert (reply.status, location(reply)) == (303, "/sign-in?next=" + quote(path, safe=""))


# Open redirects


@pytest.mark.parametrize(
    "wish",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/%2f/evil.example",
        "/\t/evil.example",
        "\n//evil.example",
        "/account\r\nSet-Cookie: x=y",
        "/account/../..//evil.example",
        "account",
        "/account#//evil.example",
        "/account/free-all/",
        "/nothing",
        "/sign-out",
        "/ünsafe",
        "/account?" + "x" * 5000,
        "",
    ],
)
async def test_open_redirect_nobody_is_sent_anywhere_but_to_our_own_pages(client: AsgiClient, wish: str):
    visitor = Visitor(client)
    assert location(await visitor.sign_up(next_page=wish)) == "/account"
    shown = await visitor.get(f"/sign-in?next={quote(wish)}")
    assert location(shown) == "/account"
    fresh = Visitor(client)
    token = token_on(await fresh.get("/sign-in"))
    fields = {"email": "mia@outlook.example", "password": PASSWORD, "form_token": token, "next": wish}
    assert location(await fresh.post("/sign-in", fields)) == "/account"


@pytest.mark.parametrize("wish", ["/device?user_code=BCDF-GHJK", "/account", "/", "/link"])
async def test_our_own_pages_are_gone_on_to(client: AsgiClient, wish: str):
    assert location(await Visitor(client).sign_up(next_page=wish)) == wish


# Frames, scripts, caches, referrers


async def test_clickjacking_no_page_shows_in_a_frame(mia: Visitor):
    for path in (*OPEN, *CLOSED, "/device", "/nothing-such/either"):
        reply = await mia.get(path)
        if reply.header("content-type") == "text/html; charset=utf-8":
            assert "frame-ancestors 'none'" in (reply.header("content-security-policy") or "")
            assert reply.header("x-frame-options") == "DENY"


async def test_csp_without_unsafe_inline_and_nothing_that_would_need_it(mia: Visitor, door: Door):
    codes = await OAuthDevice(mia.client, clock=door.clock.now).begin()
    for path in (*OPEN, *CLOSED, "/device", f"/device?user_code={codes['user_code']}"):
        reply = await mia.get(path)
        policy = reply.header("content-security-policy") or ""
        assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; ")
        assert "base-uri 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=\"/assets/)|javascript:", said(reply))


async def test_pages_load_only_our_own_files_kept_for_good(client: AsgiClient):
    html = said(await client.send("GET", "/"))
    files = re.findall(r'(?:href|src)="(/assets/[^"]+)"', html)
    assert len(files) == 3
    assert not re.findall(r'<(?:link|script|img)[^>]+(?:href|src)="(?!/assets/)', html)
    for file in files:
        reply = await client.send("GET", file)
        assert reply.status == 200
        assert reply.header("cache-control") == "public, max-age=31536000, immutable"
        assert reply.header("set-cookie") is None
        assert reply.header("x-content-type-options") == "nosniff"
    assert (await client.send("GET", "/assets/design.000000000000.css")).status == 404


async def test_no_page_is_kept_by_a_cache_or_told_to_another_site(mia: Visitor):
    for path in (*OPEN, *CLOSED, "/device"):
        reply = await mia.get(path)
        assert reply.header("cache-control") == "no-store"
        assert reply.header("referrer-policy") == "same-origin"


# Cookies


def cookies_of(reply: Reply) -> list[str]:
    return [value for name, value in reply.headers if name == "set-cookie"]


async def test_cookie_flags_over_tls_only_this_host_and_no_script(tmp_path: Path):
    door = a_door(tmp_path, addresses=("https://activation.example.com",))
    client = AsgiClient(door.app, host="activation.example.com")
    reply = await Visitor(client).sign_up()
    session, known = cookies_of(reply)
    name, *flags = session.split("; ")
    assert re.fullmatch(r"__Host-mooring=[\w-]{43}", name)
    assert set(flags) == {"Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=2592000", "Secure"}
    name, *flags = known.split("; ")
    assert re.fullmatch(r"__Host-mooring-known=\d{10}~[\w-]{16}~[\w-]{43}", name)
    assert set(flags) == {"Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=31536000", "Secure"}
    seed = (await client.send("GET", "/sign-in")).header("set-cookie") or ""
    assert seed.startswith("__Host-mooring-form=")
    assert set(seed.split("; ")[1:]) == {"Path=/", "HttpOnly", "SameSite=Lax", "Secure"}
    await door.close()


async def test_cookie_flags_on_a_loopback_without_tls(client: AsgiClient):
    session, known = cookies_of(await Visitor(client).sign_up())
    assert session.startswith("mooring=")
    assert set(session.split("; ")[1:]) == {"Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=2592000"}
    assert known.startswith("mooring-known=")
    assert set(known.split("; ")[1:]) == {"Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=31536000"}


async def test_pages_that_show_no_form_set_no_cookie(client: AsgiClient):
    for path in ("/", "/link", "/problems/not_found"):
        assert (await client.send("GET", path)).header("set-cookie") is None


# Account enumeration


async def test_account_enumeration_by_text_a_wrong_password_and_no_account_read_the_same(
    client: AsgiClient, mia: Visitor
):
    async def refused(ask: Callable[[Visitor], Awaitable[Reply]]) -> tuple[int, str]:
        reply = await ask(Visitor(client))
        text = re.sub(r'name="form_token" value="[^"]+"', "", said(reply))
        return reply.status, re.sub(r"\S+@outlook\.example", "@", text)

    known = await refused(lambda v: v.sign_in("mia@outlook.example", "a wrong password"))
    unknown = await refused(lambda v: v.sign_in("nobody@outlook.example", "a wrong password"))
    assert known == unknown
    assert known[0] == 403
    no_address = await refused(lambda v: v.sign_in("not an address", "a wrong password"))
    assert no_address[0] == 403


async def test_account_enumeration_by_text_making_an_account_that_exists_reads_as_a_wrong_password(
    client: AsgiClient, mia: Visitor
):
    visitor = Visitor(client)
    page = "/sign-up"
    taken = await visitor.submit(page, page, email="mia@outlook.example", password="another good password")
    assert taken.status == 403
    assert "do not belong together" in said(taken)
    assert "exist" not in said(taken)


async def test_account_enumeration_by_time_no_account_takes_as_long_as_a_wrong_password(tmp_path: Path):
    """With passwords dear enough that leaving the hashing out would show."""
    dear = argon2.PasswordHasher(time_cost=8, memory_cost=8192, parallelism=1)
    door = a_door(tmp_path / "dear", hasher=dear)
    client = AsgiClient(door.app)
    await Visitor(client).sign_up()

    async def seconds(email: str) -> float:
        visitor = Visitor(client)
        token = token_on(await visitor.get("/sign-in"))
        started = process_time()
        fields = {"email": email, "password": "a wrong password", "form_token": token}
        assert (await visitor.post("/sign-in", fields)).status == 403
        return process_time() - started

    # Processor time of all threads: whatever else this computer does weighs on neither.
    times = [
        (await seconds("mia@outlook.example"), await seconds("nobody@outlook.example")) for _ in range(7)
    ]
    known, unknown = (min(each) for each in zip(*times, strict=True))
    assert 0.01 < known < 2 * unknown
    assert unknown < 2 * known
    await door.close()


# What one person has, another cannot reach


async def test_another_persons_grant_is_not_found(mia: Visitor, client: AsgiClient, door: Door):
    await OAuthDevice(client, clock=door.clock.now).signed_in_by(mia)
    action = re.search(r"/account/grants/grt_\w+/end", said(await mia.get("/account")))
    assert action is not None
    tom = Visitor(client)
    await tom.sign_up("tom@fabrikam.example")
    assert "grt_" not in said(await tom.get("/account"))
    token = token_on(await tom.get("/account"))
    assert (await tom.post(action.group(), {"form_token": token})).status == 404
    assert "grt_" in said(await mia.get("/account"))
    mine = token_on(await mia.get("/account"))
    assert location(await mia.post(action.group(), {"form_token": mine})) == "/account?done=signed-out"
    assert "grt_" not in said(await mia.get("/account"))

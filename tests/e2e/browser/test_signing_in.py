"""Signing a device in with a real browser: by code, by loopback, by keyboard, narrow, without JavaScript."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.browsers import NARROW, a_page
from tests.support.oauth_devices import OAuthDevice
from tests.support.servers import Server
from tests.support.visitors import PASSWORD, path_of

WAYS: dict[str, dict[str, Any]] = {
    "wide": {},
    "narrow": {"viewport": NARROW},
    "dark": {"color_scheme": "dark"},
    "without JavaScript": {"java_script_enabled": False},
}


def an_email() -> str:
    return f"mia.{os.urandom(4).hex()}@outlook.example"


async def sign_up(page: Page, email: str) -> None:
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Create the account").click()


@asynccontextmanager
async def a_program_that_listens(host: str) -> AsyncIterator[tuple[str, asyncio.Future[dict[str, str]]]]:
    """Listen as a program does for the browser: give the address, and the answer once it has come."""
    came: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
        if line.startswith("/callback?") and not came.done():
            came.set_result(dict(parse_qsl(urlsplit(line).query)))
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<p>Close me</p>"
        )
        await writer.drain()
        writer.close()

    listener = await asyncio.start_server(serve, host, 0)
    async with listener:
        port = listener.sockets[0].getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        yield f"http://{shown}:{port}/callback", came


@pytest.mark.parametrize("way", WAYS)
async def test_sign_up_and_approve_a_device_by_its_code(
    server: Server, browser: Browser, program: OAuthDevice, way: str
):
    codes = await program.begin(product="harbor-notes", device_name="Mia's laptop", prompt="create")
    async with a_page(browser, server.address, **WAYS[way]) as page:
        await page.goto(codes["verification_uri_complete"])
        await expect(page.get_by_role("heading", name="Create an account")).to_be_visible()
        await sign_up(page, an_email())
        await expect(page.get_by_role("heading", name="Is this your device?")).to_be_visible()
        for shown in ("Mia's laptop", "Harbor Notes", codes["user_code"], "The same network"):
            await expect(page.get_by_role("main")).to_contain_text(shown)
        await page.get_by_role("button", name="Yes, sign it in").click()
        await expect(page.get_by_role("heading", name="Your device is signed in")).to_be_visible()
    tokens = await program.poll(codes["device_code"])
    assert tokens.json()["token_type"] == "DPoP"


@pytest.mark.parametrize(("way", "host"), [*((way, "127.0.0.1") for way in WAYS), ("wide", "::1")])
async def test_sign_in_and_let_the_program_on_this_computer_in(
    server: Server, browser: Browser, program: OAuthDevice, way: str, host: str
):
    email = an_email()
    async with a_page(browser, server.address, **WAYS[way]) as page:
        await page.goto("/sign-up")
        await sign_up(page, email)
        await expect(page.get_by_role("heading", name="Your account")).to_be_visible()
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("link", name="Create an account")).to_be_visible()
        async with a_program_that_listens(host) as (callback, came):
            await page.goto(program.wish_to_sign_in(redirect_uri=callback))
            await page.get_by_label("E-mail address").fill(email)
            await page.get_by_label("Password", exact=True).fill(PASSWORD)
            await page.get_by_role("button", name="Sign in").click()
            await expect(page.get_by_role("heading", name="Sign this program in?")).to_be_visible()
            await page.get_by_role("button", name="Yes, sign it in").click()
            answer = await asyncio.wait_for(came, 20)
            await expect(page.get_by_text("Close me")).to_be_visible()
    assert (answer["state"], answer["iss"]) == ("a-state", server.address)
    tokens = await program.redeem(answer["code"], redirect_uri=callback)
    assert tokens.json()["token_type"] == "DPoP"


async def test_a_no_reaches_the_program_and_lets_nobody_in(
    server: Server, browser: Browser, program: OAuthDevice
):
    async with (
        a_page(browser, server.address) as page,
        a_program_that_listens("127.0.0.1") as (callback, came),
    ):
        await page.goto(program.wish_to_sign_in(redirect_uri=callback, prompt="create"))
        await sign_up(page, an_email())
        await page.get_by_role("button", name="No, cancel").click()
        answer = await asyncio.wait_for(came, 20)
    assert answer["error"] == "access_denied"
    assert "code" not in answer


async def test_everything_can_be_done_with_the_keyboard_alone(
    server: Server, browser: Browser, program: OAuthDevice
):
    codes = await program.begin(device_name="Mia's laptop")
    async with a_page(browser, server.address) as page:

        async def tab_to(name: str) -> None:
            for _ in range(20):
                await page.keyboard.press("Tab")
                focused = page.locator(":focus")
                shown = await focused.evaluate("node => node.labels?.[0]?.textContent ?? node.textContent")
                if shown.strip() == name:
                    outline = await focused.evaluate("node => getComputedStyle(node).outlineStyle")
                    assert outline == "solid", f"nothing shows that {name} has the focus"
                    return
            raise AssertionError(f"the keyboard does not reach {name}")

        await page.goto("/")
        await tab_to("Create an account")
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("E-mail address")).to_be_focused()
        await page.keyboard.type(an_email())
        await tab_to("Password")
        await page.keyboard.type(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Your account")).to_be_visible()
        await page.goto("/device")
        await expect(page.get_by_label("Code")).to_be_focused()
        await page.keyboard.type(codes["user_code"].lower().replace("-", ""))
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Is this your device?")).to_be_visible()
        await tab_to("Yes, sign it in")
        await page.keyboard.press("Space")
        await expect(page.get_by_role("heading", name="Your device is signed in")).to_be_visible()
    assert (await program.poll(codes["device_code"])).status == 200


async def test_the_first_tab_offers_to_skip_to_the_content(server: Server, browser: Browser):
    async with a_page(browser, server.address) as page:
        await page.goto("/link")
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("main")).to_be_focused()


async def test_a_password_can_be_looked_at_while_it_is_typed(server: Server, browser: Browser):
    async with a_page(browser, server.address) as page:
        await page.goto("/sign-in")
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        show = page.get_by_role("button", name="Show the password")
        await show.click()
        await expect(page.locator("#password")).to_have_attribute("type", "text")
        await show.click()
        await expect(page.locator("#password")).to_have_attribute("type", "password")
    async with a_page(browser, server.address, java_script_enabled=False) as page:
        await page.goto("/sign-in")
        await expect(page.get_by_role("button", name="Show the password")).to_be_hidden()


async def test_two_browsers_two_people(server: Server, browser: Browser, program: OAuthDevice):
    """What one person was shown is nothing in another's browser."""
    codes = await program.begin()
    address = path_of(codes["verification_uri_complete"])
    async with a_page(browser, server.address) as mia, a_page(browser, server.address) as tom:
        for page in (mia, tom):
            await page.goto("/sign-up")
            await sign_up(page, an_email())
        await mia.goto(address)
        await mia.get_by_role("button", name="Yes, sign it in").click()
        await expect(mia.get_by_role("heading", name="Your device is signed in")).to_be_visible()
        assert (await program.poll(codes["device_code"])).status == 200
        await tom.goto(address)
        await expect(tom.get_by_text("No device shows this code now")).to_be_visible()
        await mia.goto("/account")
        await expect(mia.get_by_role("button", name="Sign it out")).to_have_count(1)
        await tom.goto("/account")
        await expect(tom.get_by_text("No device is signed in.")).to_be_visible()

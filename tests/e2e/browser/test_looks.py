"""How every page looks: nothing for axe to find, light and dark, 320 px, text twice as large."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.browsers import NARROW, a_page, is_wider_than_the_window, keep_picture, what_axe_finds
from tests.support.oauth_devices import OAuthDevice
from tests.support.servers import Server
from tests.support.visitors import PASSWORD

PICTURES = os.environ.get("MOORING_TEST_PICTURES")
"""A folder for a picture of each page, for people to look at."""

LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "narrow": {"viewport": NARROW},
    "twice as large": {"viewport": {"width": 640, "height": 800}},
}
WITHOUT_SIGNING_IN = {
    "front": "/",
    "linking": "/link",
    "reason": "/problems/seat_limit_reached",
    "sign-in": "/sign-in",
    "sign-up": "/sign-up",
    "mistaken": "/oauth/authorize?client_id=unknown",
    "find-licenses": "/find-licenses",
    "claim-over": "/claim?token=none",
    "offer-over": "/handover?token=none",
    "not-there": "/no/such/page",
}


async def judge(page: Page, name: str, look: str) -> None:
    """Let axe and a ruler judge the page that is shown."""
    if look == "twice as large":
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
    if PICTURES:
        await keep_picture(page, Path(PICTURES), f"{name}.{look.replace(' ', '-')}")
    assert not await is_wider_than_the_window(page), f"{name} must be scrolled sideways"
    assert await what_axe_finds(page) == [], name


@pytest.mark.parametrize("look", LOOKS)
async def test_pages_for_anybody(server: Server, browser: Browser, look: str):
    async with a_page(browser, server.address, **LOOKS[look]) as page:
        for name, address in WITHOUT_SIGNING_IN.items():
            await page.goto(address)
            await judge(page, name, look)
        await page.goto("/sign-in")
        await page.get_by_label("E-mail address").fill("nobody@outlook.example")
        await page.get_by_label("Password", exact=True).fill("a wrong password")
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        await judge(page, "sign-in-wrong", look)
        await page.goto("/sign-up")
        await page.get_by_label("E-mail address").fill("nobody@outlook.example")
        await page.get_by_label("Password", exact=True).fill("password")
        await page.get_by_role("button", name="Create the account").click()
        await expect(page.get_by_text("among the first")).to_be_visible()
        await judge(page, "sign-up-wrong", look)


@pytest.mark.parametrize("look", LOOKS)
async def test_pages_for_who_is_signed_in(server: Server, browser: Browser, program: OAuthDevice, look: str):
    key, used_key = server.mint(2)
    assert (await server.device().activate(used_key)).status == 201
    async with a_page(browser, server.address, **LOOKS[look]) as page:
        await signed_up(page)
        await judge(page, "account-empty", look)
        await page.get_by_text("Add a license with its product key").click()
        await page.get_by_label("Product key").fill("BCDFG-HJKMN-PQRTV-WXY23-46788")
        await page.get_by_role("button", name="Add it").click()
        await expect(page.locator("#product_key-wrong")).to_be_visible()
        await judge(page, "claim-wrong", look)
        await claim(page, key)
        await activate(page, program)
        await page.goto("/account")
        await claim(page, used_key, "not yours for good yet")
        await expect(page.get_by_role("img", name="1 of 1 seat taken")).to_have_count(2)
        await judge(page, "account", look)
        for name, link in (("unlink", "Unlink"), ("rename", "Rename"), ("free", "Free its seat")):
            await page.get_by_role("link", name=re.compile(f"^{link}")).first.click()
            await expect(page.get_by_role("link", name="Cancel")).to_be_visible()
            await judge(page, name, look)
            await page.get_by_role("link", name="Cancel").click()
        async for name in choices_about_privacy(page):
            await judge(page, name, look)
        await page.goto("/account/free-all")
        await judge(page, "free-all", look)
        await page.goto("/no/such/page")
        await judge(page, "not-there-signed-in", look)
        async for name in devices_that_ask(page, program):
            await judge(page, name, look)


async def choices_about_privacy(page: Page) -> AsyncIterator[str]:
    """Lead ``page`` through agreeing and withdrawing, and name each page."""
    await page.get_by_role("link", name="Privacy").first.click()
    await expect(page.get_by_role("heading", name="You decide")).to_be_visible()
    yield "privacy"
    await page.get_by_role("button", name="Agree").click()
    await expect(page.get_by_role("status")).to_contain_text("You agreed.")
    yield "privacy-agreed"
    await page.get_by_role("button", name="Share nothing").click()
    await expect(page.get_by_role("status")).to_contain_text("You share nothing that is optional.")
    yield "privacy-nothing"


async def devices_that_ask(page: Page, program: OAuthDevice) -> AsyncIterator[str]:
    """Lead ``page`` through everything about letting a device in, and name each page."""
    await page.goto("/device")
    yield "device"
    await page.goto("/device?user_code=BCDF-GHJK")
    yield "device-wrong"
    for decision, name in (("Yes, sign it in", "decided"), ("No, that is not me", "denied")):
        codes = await program.begin(product="harbor-notes", device_name="Mia's laptop", action="link")
        await page.goto(codes["verification_uri_complete"])
        yield f"decide-{name}"
        await page.get_by_role("button", name=decision).click()
        await expect(page.get_by_role("link", name="Go to your account")).to_be_visible()
        yield name
        await program.poll(codes["device_code"])
    await page.goto(program.wish_to_sign_in())
    yield "consent"
    await page.goto("/account")
    yield "account-signed-in"


async def claim(page: Page, key: str, words: str = "The license is yours now.") -> None:
    field = page.get_by_label("Product key")
    if not await field.is_visible():
        await page.get_by_text("Add a license with its product key").click()
    await field.fill(key)
    await page.get_by_role("button", name="Add it").click()
    await expect(page.get_by_role("status")).to_contain_text(words)


async def activate(page: Page, program: OAuthDevice) -> None:
    """Let ``program`` in as the person at ``page``, and activate it with their license, without its key."""
    codes = await program.begin(product="harbor-notes", device_name="Mia's laptop")
    await page.goto(codes["verification_uri_complete"])
    await page.get_by_role("button", name="Yes, sign it in").click()
    await expect(page.get_by_role("heading", name="Your device is signed in")).to_be_visible()
    program.token = None
    token = (await program.poll(codes["device_code"])).json()["access_token"]
    program.token = token
    (license_,) = (await program.signed("GET", "/v1/me/licenses")).json()["items"]
    activated = await program.activate(license_id=license_["license"]["id"])
    assert activated.status == 201, activated.body
    await tell_of_windows(program, activated.json()["activation"]["device"]["id"])
    program.token = None


async def tell_of_windows(program: OAuthDevice, device: str) -> None:
    """Let the computer of ``program`` tell that its Windows is not activated, and why."""
    told = {"state": "not_activated", "channel": "volume_kms", "edition": "Enterprise", "last_five": "2YT43"}
    told |= {"problem": "0xC004F074"}
    reply = await program.put(f"/v1/me/windows/{device}", told | {"build": 22631, "agreed": 1})
    assert reply.status == 200, reply.body


async def signed_up(page: Page) -> None:
    await page.goto("/sign-up")
    await page.get_by_label("E-mail address").fill(f"mia.{os.urandom(4).hex()}@outlook.example")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Create the account").click()
    await expect(page.get_by_role("heading", name="Your account")).to_be_visible()


async def test_a_claimed_license_is_freed_renamed_and_unlinked_in_the_browser(
    server: Server, browser: Browser, program: OAuthDevice
):
    (key,) = server.mint(1)
    async with a_page(browser, server.address, java_script_enabled=False) as page:
        await signed_up(page)
        await claim(page, key.lower())
        await activate(page, program)
        await page.goto("/account")
        await page.get_by_role("link", name=re.compile("^Rename")).click()
        await page.get_by_label("Name").fill("Mia's studio")
        await page.get_by_role("button", name="Rename it").click()
        listed = page.get_by_role("region", name="Devices that use them")
        await expect(listed.get_by_role("heading", name="Mia's studio")).to_be_visible()
        await page.get_by_role("link", name=re.compile("^Free its seat")).click()
        await page.get_by_role("button", name="Free the seat").click()
        await expect(page.get_by_role("status")).to_contain_text("The seat is free.")
        await expect(page.get_by_role("img", name="0 of 1 seat taken")).to_be_visible()
        assert (await program.renew()).code == "device_unknown"
        await page.get_by_role("link", name=re.compile("^Unlink")).click()
        await page.get_by_role("button", name="Unlink it").click()
        await expect(page.get_by_text("No license is linked to this account yet.")).to_be_visible()

"""Passkeys, an app's codes and recovery codes in a real browser, whose authenticator is a virtual one."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.browser.test_looks import LOOKS, judge
from tests.support.authenticators import App, codes_on
from tests.support.browsers import NARROW, a_page
from tests.support.servers import Server
from tests.support.visitors import PASSWORD

SECURITY = "/account/security"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": False,
}


@pytest.fixture(scope="module")
def named_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server known by a name: passkeys are for names."""
    server = Server(tmp_path_factory.mktemp("named"))
    server.address = server.environ["MOORING_PUBLIC_URL"] = f"http://localhost:{server.port}"
    server.found()
    server.start()
    yield server
    server.stop()


class Authenticator:
    """What unlocks passkeys on the computer that the browser runs on."""

    def __init__(self, session: Any, name: str) -> None:
        self._session = session
        self._name = name

    async def unlock(self, *, now: bool = True) -> None:
        """Let its owner touch it whenever it is asked, or not any more."""
        await self._session.send(
            "WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": self._name, "enabled": now}
        )

    async def passkeys(self) -> list[dict[str, Any]]:
        """Return what it keeps."""
        kept = await self._session.send("WebAuthn.getCredentials", {"authenticatorId": self._name})
        credentials: list[dict[str, Any]] = kept["credentials"]
        return credentials


@asynccontextmanager
async def a_page_with_device(
    browser: Browser, server: Server, *, fills_in: bool = False, **options: Any
) -> AsyncIterator[tuple[Page, Authenticator]]:
    """Give a page in a browser with an authenticator, which ``fills_in`` passkeys by itself or does not."""
    async with a_page(browser, server.address, **options) as page:
        if not fills_in:
            await page.add_init_script("delete PublicKeyCredential.isConditionalMediationAvailable")
        session = await page.context.new_cdp_session(page)
        await session.send("WebAuthn.enable", {"enableUI": False})
        made = await session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        yield page, Authenticator(session, made["authenticatorId"])


async def sign_up(page: Page) -> str:
    email = f"mia.{os.urandom(4).hex()}@outlook.example"
    await page.goto(f"/sign-up?next={SECURITY}")
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Create the account").click()
    await expect(page.get_by_role("heading", name="Security and sign-in")).to_be_visible()
    return email


async def add_passkey(page: Page, device: Authenticator, name: str) -> None:
    await page.get_by_role("link", name="Add a passkey").click()
    await page.get_by_label("Name").fill(name)
    await device.unlock()
    await page.get_by_role("button", name="Make the passkey").click()
    await expect(page.get_by_role("status")).to_contain_text("The passkey is yours")
    await device.unlock(now=False)


async def type_password(page: Page, email: str) -> None:
    await page.goto("/sign-in")
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("heading", name="One more step")).to_be_visible()


async def turn_codes_on(page: Page) -> tuple[App, list[str]]:
    await page.get_by_role("link", name="Add an authenticator app").click()
    app = App(await page.content())
    picture = page.get_by_role("img", name="A picture of the key")
    assert await picture.evaluate("image => image.complete && image.naturalWidth > 0")
    await page.get_by_label("Type the code").fill(app.shows(datetime.now(UTC)))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    return app, codes_on(await page.content())


async def sign_out(page: Page) -> None:
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await page.wait_for_url("**/")


@pytest.mark.parametrize("way", [{}, {"viewport": NARROW}, {"color_scheme": "dark"}])
async def test_a_passkey_signs_in_without_a_user_name(
    named_server: Server, browser: Browser, way: dict[str, Any]
):
    async with a_page_with_device(browser, named_server, **way) as (page, device):
        email = await sign_up(page)
        await add_passkey(page, device, "Mia's laptop")
        (kept,) = await device.passkeys()
        assert kept["isResidentCredential"]
        await expect(page.locator("#passkeys strong", has_text="Mia's laptop")).to_be_visible()
        await sign_out(page)
        await page.goto(f"/sign-in?next={SECURITY}")
        await device.unlock()
        await page.get_by_role("button", name="Sign in with a passkey").click()
        await expect(page.get_by_role("heading", name="Security and sign-in")).to_be_visible()
        await expect(page.get_by_text(email).first).to_be_visible()
        await expect(page.get_by_text("Signed in with a passkey")).to_be_visible()


async def test_a_passkey_is_offered_beside_the_addresses_that_the_browser_knows(
    named_server: Server, browser: Browser
):
    async with a_page_with_device(browser, named_server, fills_in=True) as (page, device):
        await sign_up(page)
        await add_passkey(page, device, "Mia's laptop")
        await sign_out(page)
        await page.goto(f"/sign-in?next={SECURITY}")
        await device.unlock()  # as if the person had picked the one that is offered
        await page.reload()
        await expect(page.get_by_role("heading", name="Security and sign-in")).to_be_visible()


async def test_a_device_makes_no_second_passkey_of_one_account(named_server: Server, browser: Browser):
    async with a_page_with_device(browser, named_server) as (page, device):
        await sign_up(page)
        await add_passkey(page, device, "First")
        await page.get_by_role("link", name="Add a passkey").click()
        await device.unlock()
        await page.get_by_role("button", name="Make the passkey").click()
        await expect(page.get_by_role("alert")).to_contain_text("has a passkey of this account already")


async def test_a_passkey_is_renamed_and_removed_by_keyboard(named_server: Server, browser: Browser):
    async with a_page_with_device(browser, named_server) as (page, device):
        await sign_up(page)
        await add_passkey(page, device, "First")
        await page.get_by_role("link", name="Rename First").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("Name")).to_be_focused()
        await page.keyboard.press("Control+A")
        await page.keyboard.type("Desk")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("new name")
        await page.get_by_role("link", name="Remove Desk").focus()
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Remove it").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("The passkey is removed")


async def test_a_passkey_and_its_refusal_by_keyboard_alone(named_server: Server, browser: Browser):
    async with a_page_with_device(browser, named_server) as (page, device):
        await sign_up(page)
        await add_passkey(page, device, "First")
        await sign_out(page)
        await page.goto("/sign-in")
        button = page.get_by_role("button", name="Sign in with a passkey")
        for _ in range(20):
            await page.keyboard.press("Tab")
            if await button.evaluate("button => button === document.activeElement"):
                break
        await device.unlock()
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/account")


@pytest.mark.parametrize("scripts", [True, False])
async def test_an_apps_codes_and_recovery_codes_sign_in(
    named_server: Server, browser: Browser, scripts: bool
):
    async with a_page(browser, named_server.address, java_script_enabled=scripts) as page:
        email = await sign_up(page)
        app, codes = await turn_codes_on(page)
        assert len(codes) == 10
        await page.get_by_role("link", name="I have kept them").click()
        await expect(page.get_by_text("10 recovery codes are left.")).to_be_visible()
        await sign_out(page)
        await type_password(page, email)
        await expect(page.get_by_label("Code")).to_be_focused()
        await page.keyboard.type("123")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("This code does not count now")).to_be_visible()
        await expect(page.get_by_label("Code")).to_be_focused()
        await page.keyboard.type(app.shows(datetime.now(UTC), steps=1))
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/account")
        await sign_out(page)
        await type_password(page, email)
        await page.get_by_role("link", name="Use a recovery code").click()
        await expect(page.get_by_label("Recovery code")).to_be_focused()
        await page.keyboard.type(codes[0].lower())
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/account")
        await page.goto(SECURITY)
        await expect(page.get_by_text("9 recovery codes are left.")).to_be_visible()


async def test_recovery_codes_are_saved_as_a_file(named_server: Server, browser: Browser, tmp_path: Path):
    async with a_page(browser, named_server.address) as page:
        await sign_up(page)
        _, codes = await turn_codes_on(page)
        async with page.expect_download() as coming:
            await page.get_by_role("link", name="Save as a file").click()
        download = await coming.value
        assert download.suggested_filename == "mooring-recovery-codes.txt"
        await download.save_as(tmp_path / "codes.txt")
        assert all(code in (tmp_path / "codes.txt").read_text() for code in codes)


async def test_without_scripts_the_page_says_what_passkeys_need(named_server: Server, browser: Browser):
    async with a_page(browser, named_server.address, java_script_enabled=False) as page:
        await sign_up(page)
        await page.get_by_role("link", name="Add a passkey").click()
        await expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
        await page.goto("/sign-in")
        await expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()


@pytest.mark.parametrize("look", LOOKS)
async def test_how_the_pages_look(named_server: Server, browser: Browser, look: str):
    async with a_page_with_device(browser, named_server, **LOOKS[look]) as (page, device):
        email = await sign_up(page)
        await judge(page, "security-new", look)
        await page.goto("/account/security/passkeys/add")
        await judge(page, "passkey-add", look)
        await page.goto(SECURITY)
        await add_passkey(page, device, "Mia's laptop")
        await page.get_by_role("link", name="Add an authenticator app").click()
        await page.wait_for_load_state("networkidle")  # the picture is there
        await judge(page, "authenticator-add", look)
        await page.goto(SECURITY)
        _, codes = await turn_codes_on(page)
        await judge(page, "recovery-codes", look)
        await page.goto(SECURITY)
        await judge(page, "security", look)
        for name, address in (
            ("passkey-remove", await page.get_by_role("link", name="Remove Mia").get_attribute("href")),
            ("passkey-rename", await page.get_by_role("link", name="Rename Mia").get_attribute("href")),
            ("password", f"{SECURITY}/password"),
            ("again", f"{SECURITY}/again"),
            ("devices-end", f"{SECURITY}/devices/end-all"),
        ):
            await page.goto(address or "")
            await judge(page, name, look)
        await page.goto(SECURITY)
        await sign_out(page)
        await page.goto("/sign-in")
        await judge(page, "sign-in-passkey", look)
        await type_password(page, email)
        await judge(page, "second-factor", look)
        await page.get_by_label("Code").fill("1")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("This code does not count now")).to_be_visible()
        await judge(page, "second-factor-wrong", look)
        await page.goto("/sign-in/second-factor?with=recovery")
        await judge(page, "second-factor-recovery", look)
        await page.get_by_label("Recovery code").fill(codes[0])
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/account")

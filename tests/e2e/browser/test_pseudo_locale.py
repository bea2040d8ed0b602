"""Every sentence comes from a catalogue, and longer ones overflow nothing: in a language nobody speaks."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.e2e.browser.test_console import make_account
from tests.e2e.browser.test_looks import WITHOUT_SIGNING_IN
from tests.support.authenticators import App
from tests.support.browsers import NARROW, a_page, is_wider_than_the_window
from tests.support.commands import Laptop
from tests.support.computers import a_computer
from tests.support.oauth_devices import OAuthDevice
from tests.support.pseudo_locale import BEGIN, escaped, escaped_from_page, speaking_pseudo
from tests.support.servers import Server
from tests.support.visitors import PASSWORD

SIGNED_IN = (
    "/account",
    "/account/free-all",
    "/account/handovers",
    "/account/security",
    "/account/security/again",
    "/account/security/password",
    "/account/security/passkeys/add",
    "/account/security/authenticator/add",
    "/device",
    "/device?user_code=BCDF-GHJK",
    "/no/such/page",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server that speaks the language nobody speaks."""
    server = Server(
        tmp_path_factory.mktemp("server"), **speaking_pseudo(tmp_path_factory.mktemp("pseudo_locale"))
    )
    server.found()
    server.start()
    yield server
    server.stop()


async def faults(page: Page) -> list[str]:
    """Return what came from no catalogue, and whether one must scroll sideways."""
    html = await page.content()
    assert BEGIN in html, page.url
    wide = ["it must be scrolled sideways"] if await is_wider_than_the_window(page) else []
    return [f"{page.url}: {fault}" for fault in (*escaped_from_page(html), *wide)]


async def test_no_sentence_of_a_page_escapes_and_none_overflows(
    server: Server, browser: Browser, program: OAuthDevice
):
    (key,) = server.mint(1)
    found: list[str] = []
    async with a_page(browser, server.address, viewport=NARROW, locale="de") as page:
        for path in WITHOUT_SIGNING_IN.values():
            await page.goto(path)
            found += await faults(page)
        for path, password in (("/sign-up", "password"), ("/sign-in", "not the one"), ("/sign-up", PASSWORD)):
            await page.goto(path)
            await page.locator("#email").fill("mia@outlook.example")
            await page.locator("#password").fill(password)
            await page.locator(f"form[action='{path}'] button.primary").click()
            found += await faults(page)
        await page.goto("/account")
        await page.locator("summary").first.click()
        await page.locator("#product_key").fill(key)
        await page.locator("form:has(#product_key) button.primary").click()
        found += await faults(page)
        for path in SIGNED_IN:
            await page.goto(path)
            found += await faults(page)
        codes = await program.begin(product="harbor-notes", device_name="Mia's laptop", action="link")
        await page.goto(codes["verification_uri_complete"])
        found += await faults(page)
        await page.locator("button.primary").click()
        found += await faults(page)
        await page.goto(program.wish_to_sign_in())
        found += await faults(page)
    assert found == []


CONSOLE = (
    "/console",
    "/console/staff",
    "/console/staff/invite",
    "/console/staff/role?account={account}",
    "/console/staff/remove?account={account}",
    "/invitation?token=nothing",
)


async def test_no_sentence_of_the_console_escapes_and_none_overflows(server: Server, browser: Browser):
    ada = make_account(server, "ada", "--staff", "owner")
    [account] = [each["id"] for each in server.run("admin", "account", "list", "--staff")["items"]]
    found: list[str] = []
    async with a_page(browser, server.address, viewport=NARROW, locale="de") as page:
        await page.goto("/sign-in")
        await page.locator("#email").fill(ada)
        await page.locator("#password").fill(PASSWORD)
        await page.locator("form[action='/sign-in'] button.primary").click()
        found += await faults(page)
        await page.locator("#code").fill("12345")
        await page.locator("button.primary").click()
        found += await faults(page)
        app = App(await page.content())
        await page.locator("#code").fill(app.shows(datetime.now(UTC)))
        await page.locator("button.primary").click()
        await page.locator(".recovery-codes").wait_for()
        assert BEGIN in await page.content()
        for path in CONSOLE:
            await page.goto(path.format(account=account))
            found += await faults(page)
        await page.goto("/console/staff/invite")
        await page.locator("#email").fill("mia@outlook.example")
        await page.locator("button.primary").click()
        await page.locator("#invitation-link").wait_for()
        assert not await is_wider_than_the_window(page)
        await page.goto("/console/staff")
        found += await faults(page)
        await page.locator("a[href*='invitation?id=']").click()
        found += await faults(page)
    assert found == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("status",), "is not activated"),
        (("activate",), "This computer holds no digital license."),
        (("renew",), "activate"),
        (("devices",), "sign in"),
    ],
)
def test_states_and_reasons_of_the_command_line_come_from_the_catalogue(
    server: Server, tmp_path: Path, command: tuple[str, ...], said: str
):
    laptop = Laptop(tmp_path / "laptop", server.folder / "mooring.json", a_computer(41_000))
    ran = laptop.mooring("--language", "de", *command, environ=speaking_pseudo(tmp_path))
    sentences = [line for line in f"{ran.out}\n{ran.err}".splitlines() if line.strip()]
    assert BEGIN in sentences[0]
    assert said.lower() in ran.text.lower()
    assert escaped(sentences[0]) == [], sentences[0]


def test_what_escapes_is_found():
    page = '<p>⟦Hello <b>you</b>⟧ mia@outlook.example BCDF-GHJK</p><a hreflang="de">Deutsch</a>'
    assert escaped_from_page(page) == []
    assert escaped_from_page(page + "\n<p>You forgot this.</p>") == ["You forgot this."]
    assert escaped_from_page('<button aria-label="Free it">⟦Free⟧</button>') == ["Free it"]
    assert escaped("⟦Three⟧ licenses") == ["licenses"]

"""Signing in elsewhere with a real browser: program, our page, provider, back, linked."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.browser.test_command_line import PATIENCE, a_laptop, approve, run, told
from tests.e2e.browser.test_signing_in import an_email, sign_up
from tests.support.browsers import NARROW, a_page, is_wider_than_the_window, what_axe_finds
from tests.support.servers import Server
from tests.support.sign_in_providers import (
    CEO,
    GitHubMock,
    LabProvider,
    a_github_mock,
    a_lab_provider,
    microsoft_settings,
    openid_settings,
)
from tests.support.visitors import PASSWORD

LOOKS = {"wide": {}, "narrow": {"viewport": NARROW}, "dark": {"color_scheme": "dark"}}


class World(NamedTuple):
    server: Server
    microsoft: LabProvider
    github: GitHubMock


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    server = Server(tmp_path_factory.mktemp("server"))
    with (
        a_lab_provider("microsoft_provider.mjs", f"{server.address}/cb/microsoft") as microsoft,
        a_lab_provider("openid_provider.mjs", f"{server.address}/cb/harbor") as openid,
        a_github_mock() as github,
    ):
        server.environ |= microsoft_settings(microsoft) | openid_settings(openid) | github.settings()
        server.found()
        server.start()
        yield World(server, microsoft, github)
        server.stop()


class Way(NamedTuple):
    """Where somebody signs in, as whom, and what is said of it afterwards."""

    provider: str
    button: str
    person: str | None
    masked: str
    sentence: str
    seed: int


WAYS = [
    Way("microsoft", "Microsoft", "mia@outlook.example", "Microsoft", "your Microsoft account", 50_201),
    Way("microsoft", "Microsoft", CEO, "Microsoft", "your Microsoft account", 50_202),
    Way("harbor", "Harbor ID", "noah", "Harbor", "your Harbor account", 50_203),
    Way("github", "GitHub", None, "GitHub", "your GitHub account", 50_204),
]


async def go_there(page: Page, way: Way) -> None:
    """Press the button, and sign in at the provider; GitHub's mock asks nobody."""
    await page.get_by_role("button", name=f"Sign in with {way.button}").click()
    if way.person is not None:
        await page.get_by_role("link", name=way.person).click()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.provider}-{way.seed}")
async def test_a_program_is_signed_in_and_linked(world: World, browser: Browser, tmp_path: Path, way: Way):
    laptop = await asyncio.to_thread(a_laptop, world.server, tmp_path / "laptop", way.seed)
    process = await run(laptop, "sign-in", "--json", BROWSER="true")
    address = await told(process, rb"http://\S+/oauth/authorize\S+(?=\n)")
    async with a_page(browser, world.server.address) as page:
        await page.goto(address)
        await go_there(page, way)
        await approve(page, "Sign this program in?")
        await expect(page.get_by_role("heading", name="You can close this page")).to_be_visible()
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0, err.decode()
    assert json.loads(out)["signed_in"] == {"masked": way.masked, "provider": way.provider}
    await asyncio.to_thread(laptop.mooring, "link")
    shown = await asyncio.to_thread(laptop.mooring, "status")
    assert f"Harbor Notes is activated with a digital license linked to {way.sentence}" in shown.text
    assert laptop.status()["holder"] == {"masked": way.masked, "provider": way.provider}


async def test_by_a_code_on_another_device(world: World, browser: Browser, tmp_path: Path):
    laptop = await asyncio.to_thread(a_laptop, world.server, tmp_path / "laptop", 50_205)
    process = await run(laptop, "sign-in", "--no-browser", "--json")
    code = await told(process, rb"[B-Z]{4}-[B-Z]{4}")
    async with a_page(browser, world.server.address) as page:
        await page.goto(f"/device?user_code={code}")
        await go_there(page, WAYS[0])
        await approve(page, "Is this your device?")
    out, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert json.loads(out)["signed_in"]["provider"] == "microsoft"


@pytest.mark.parametrize("look", LOOKS)
async def test_the_pages_look_right_and_go_by_keyboard(world: World, browser: Browser, look: str):
    async with a_page(browser, world.server.address, **LOOKS[look]) as page:
        for address in ("/sign-in", "/sign-up"):
            await page.goto(address)
            for name in ("Microsoft", "GitHub", "Harbor ID"):
                await expect(page.get_by_role("button", name=f"Sign in with {name}")).to_be_visible()
            assert await what_axe_finds(page) == []
            assert not await is_wider_than_the_window(page)
        await page.goto("/sign-in")
        await page.get_by_role("button", name="Sign in with Microsoft").focus()
        await page.keyboard.press("Enter")
        await page.get_by_role("link", name="Cancel").click()
        await expect(page.get_by_role("heading", name="You did not sign in")).to_be_visible()
        assert await what_axe_finds(page) == []
        assert not await is_wider_than_the_window(page)
        await page.get_by_role("link", name="Go to the sign-in page").click()
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_without_javascript_one_comes_there_as_well(world: World, browser: Browser):
    async with a_page(browser, world.server.address, java_script_enabled=False) as page:
        await page.goto("/sign-in")
        await go_there(page, WAYS[0])
        await expect(page).to_have_url(f"{world.server.address}/account")


async def test_accounts_elsewhere_are_added_and_removed(world: World, browser: Browser):
    world.github.person = {"id": 7, "login": "octomia", "name": None}
    async with a_page(browser, world.server.address) as page:
        await page.goto("/sign-up")
        await sign_up(page, an_email())
        await expect(page).to_have_url(f"{world.server.address}/account")
        await page.goto("/account/security")
        await page.get_by_role("link", name="Add your account at GitHub").click()
        await page.get_by_role("button", name="Go on to GitHub").click()
        await expect(page.get_by_text("From now on you can sign in with that account, too.")).to_be_visible()
        assert await what_axe_finds(page) == []
        await page.get_by_role("button", name="Sign out", exact=True).click()
        await expect(page).to_have_url(f"{world.server.address}/")
        await page.goto("/sign-in")
        await page.get_by_role("button", name="Sign in with GitHub").click()
        await expect(page).to_have_url(f"{world.server.address}/account")
        await page.goto("/account/security")
        await page.get_by_role("link", name="Remove GitHub").click()
        # GitHub tells nobody whether she typed anything there: her password here does.
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.get_by_role("button", name="Go on").click()
        await expect(page.get_by_role("button", name="Remove it")).to_be_visible()
        assert await what_axe_finds(page) == []
        await page.get_by_role("button", name="Remove it").click()
        await expect(page.get_by_text("That account opens this one no more.")).to_be_visible()
        await expect(page.get_by_role("link", name="Add your account at GitHub")).to_be_visible()


async def test_the_last_way_in_stays(world: World, browser: Browser):
    world.github.person = {"id": 8, "login": "octonoah", "name": "Noah"}
    async with a_page(browser, world.server.address) as page:
        await page.goto("/sign-in")
        await page.get_by_role("button", name="Sign in with GitHub").click()
        await expect(page).to_have_url(f"{world.server.address}/account")
        await page.goto("/account/security")
        await page.get_by_role("link", name="Remove GitHub").click()
        await page.get_by_role("button", name="Remove it").click()
        await expect(page.get_by_role("alert")).to_contain_text("the only way into your account")

"""Coming in, coming back in, and every question before it: no sentence escapes, and none overflows."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import pytest
from playwright.async_api import Browser, Page

from tests.e2e.browser.test_pseudo_locale import faults
from tests.e2e.browser.test_recovery import the_next
from tests.support.authenticators import App, codes_on
from tests.support.browsers import NARROW, a_page
from tests.support.mail_server import MailServer
from tests.support.pseudo_locale import speaking_pseudo
from tests.support.servers import Server, a_server
from tests.support.sign_in_providers import a_github_mock
from tests.support.visitors import PASSWORD, path_of

EMAIL, MOVED = "mia@outlook.example", "mia@post.example"
OTHER_PASSWORD = "a horse of another color"
SECURITY = "/account/security"
STEP_TWO = "/sign-in/second-factor"
QUESTIONS = (
    f"{SECURITY}/password/remove",
    f"{SECURITY}/authenticator/remove",
    f"{SECURITY}/recovery-codes",
    f"{SECURITY}/devices/end-all",
    f"{SECURITY}/again",
    "/account/free-all",
)


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, mail_server: MailServer) -> Iterator[Server]:
    """A running server that mails, knows GitHub, and speaks the language nobody speaks."""
    pseudo = speaking_pseudo(tmp_path_factory.mktemp("pseudo_locale"))
    with a_github_mock() as github:
        environ = {**pseudo, **mail_server.environ, **github.settings()}
        with a_server(tmp_path_factory.mktemp("server"), **environ) as server:
            yield server


def link_to(mail_server: MailServer, email: str, path: str) -> str:
    """Return the first link to ``path`` that a mail to ``email`` brings."""
    links = (path_of(the_next(mail_server, email, number).link) for number in count())
    return next(link for link in links if link.startswith(path))


class Walk:
    """A walk through the pages; every one that is seen is judged."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []

    async def look(self) -> None:
        self.found += await faults(self.page)

    async def at(self, path: str) -> None:
        await self.page.goto(path)
        await self.look()

    async def send(self, action: str, **fields: str) -> None:
        """Fill in the form that leads to ``action``, send it, and look at what comes."""
        form = f"form[action='{action}']"
        for name, value in fields.items():
            await self.page.locator(f"{form} input[name='{name}']").fill(value)
        async with self.page.expect_navigation():
            await self.page.locator(f"{form} button[type=submit]").first.click()
        await self.look()

    async def sign_out(self) -> None:
        await self.page.goto(SECURITY)
        async with self.page.expect_navigation():
            await self.page.locator("form[action='/sign-out'] button").first.click()


async def test_no_sentence_escapes_on_the_ways_in_and_back_in(
    server: Server, mail_server: MailServer, browser: Browser
):
    async with a_page(browser, server.address, viewport=NARROW, locale="de") as page:
        walk = Walk(page)
        await signs_up(walk, mail_server)
        codes = await sets_up(walk)
        await signs_in(walk, codes)
        await moves(walk, mail_server)
        await forgets(walk, mail_server, codes)
        await is_put_back(walk, mail_server)
    assert walk.found == []


async def signs_up(walk: Walk, mail_server: MailServer) -> None:
    await walk.page.goto("/sign-up")
    await walk.send("/sign-up", email=EMAIL, password=PASSWORD)
    await walk.send("/sign-up/code", code="0")
    await walk.send("/sign-up/code", code=the_next(mail_server, EMAIL, 0).code)
    for stale in ("/sign-up/confirm?token=x", "/reset-password?token=x", "/undo-address?token=x"):
        await walk.at(stale)


async def sets_up(walk: Walk) -> list[str]:
    """Add an account elsewhere and an app; return the app's recovery codes."""
    page = walk.page
    await walk.at(f"{SECURITY}/identities/add?provider=github")
    await page.locator(f"form[action='{SECURITY}/identities/add'] button[type=submit]").first.click()
    await page.wait_for_url("**/account/security?done=*")
    await walk.look()
    await page.locator("a[href*='/identities/remove']").first.click()
    await walk.look()
    add = f"{SECURITY}/authenticator/add"
    await walk.at(add)
    app = App(await page.content())
    await walk.send(add, code="000")
    await walk.send(add, code=app.shows(datetime.now(UTC)))
    codes = codes_on(await page.content())
    for question in QUESTIONS:
        await walk.at(question)
    await walk.at("/cb/github?code=x&state=y")
    return codes


async def signs_in(walk: Walk, codes: list[str]) -> None:
    await walk.sign_out()
    await walk.page.goto("/sign-in")
    await walk.send("/sign-in", email=EMAIL, password=PASSWORD)
    await walk.send(STEP_TWO, code="000")
    await walk.at(f"{STEP_TWO}?with=recovery")
    await walk.send(STEP_TWO, code="nonsense")
    await walk.send(STEP_TWO, code=codes[0])
    assert walk.page.url.endswith("/account")


async def moves(walk: Walk, mail_server: MailServer) -> None:
    await walk.at(f"{SECURITY}/address")
    await walk.send(f"{SECURITY}/address", email=MOVED)
    await walk.at(link_to(mail_server, MOVED, f"{SECURITY}/address/confirm"))
    await walk.send(f"{SECURITY}/address/confirm")


async def forgets(walk: Walk, mail_server: MailServer, codes: list[str]) -> None:
    await walk.sign_out()
    await walk.at("/forgot-password")
    await walk.send("/forgot-password", email=MOVED)
    link = link_to(mail_server, MOVED, "/reset-password")
    await walk.at(link)
    await walk.send("/reset-password", password=OTHER_PASSWORD, code="nonsense")
    await walk.send("/reset-password", password=OTHER_PASSWORD, code=codes[1])
    await walk.at(link)


async def is_put_back(walk: Walk, mail_server: MailServer) -> None:
    await walk.at(link_to(mail_server, EMAIL, "/undo-address"))
    await walk.send("/undo-address")

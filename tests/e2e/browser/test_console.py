"""The console in a real browser: from the operator's command to who is invited, removed and locked out."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.browser.test_looks import LOOKS, judge
from tests.e2e.browser.test_second_factors import a_page_with_device
from tests.support.authenticators import App, codes_on
from tests.support.browsers import a_page
from tests.support.servers import Server
from tests.support.visitors import PASSWORD

LINK = re.compile(r"\S*(/account/security/address/confirm\?token=\S+)(?=\s)")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server known by a name, which passkeys need."""
    server = Server(tmp_path_factory.mktemp("console"))
    server.address = server.environ["MOORING_PUBLIC_URL"] = f"http://localhost:{server.port}"
    server.found()
    server.start()
    yield server
    server.stop()


def make_account(server: Server, name: str, *options: str) -> str:
    """Let the operator make an account, and return its address."""
    email = f"{name}.{os.urandom(4).hex()}@harbor.example"
    subprocess.run(
        [sys.executable, "-m", "mooring", "admin", "account", "create", email, *options, "--password-stdin"],
        input=f"{PASSWORD}\n",
        text=True,
        env=os.environ | server.environ,
        cwd=server.folder,
        check=True,
        capture_output=True,
    )
    return email


async def type_password(page: Page, email: str, address: str = "/sign-in") -> None:
    await page.goto(address)
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def set_up_app(page: Page) -> App:
    await expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    app = App(await page.content())
    await page.get_by_label("Type the code").fill(app.shows(datetime.now(UTC)))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    assert len(codes_on(await page.content())) == 10
    return app


async def prove_address(page: Page, server: Server) -> None:
    """Confirm the address by the link in the mail, which this server prints."""
    known = set(LINK.findall(server.log.read_text()))
    await page.goto("/account/security")
    await page.get_by_role("button", name=re.compile("Confirm")).first.click()
    await expect(page.get_by_label("Code")).to_be_visible()
    new: set[str] = set()
    while not new:  # the test's own time limit ends the waiting
        new = set(LINK.findall(server.log.read_text())) - known
    await page.goto(new.pop())
    await page.get_by_role("button", name="Confirm the address").click()
    await expect(page.get_by_role("status")).to_contain_text("confirmed")


@pytest.mark.parametrize("look", LOOKS)
async def test_from_the_first_owner_to_who_is_invited_and_removed(
    server: Server, browser: Browser, look: str
):
    ada, mia = make_account(server, "ada", "--staff", "owner"), make_account(server, "mia")
    async with (
        a_page(browser, server.address, **LOOKS[look]) as page,
        a_page(browser, server.address, **LOOKS[look]) as hers,
    ):
        # The first owner sets a second factor up before anything else opens.
        await type_password(page, ada)
        await expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
        await judge(page, "console-set-up", look)
        missing = await page.goto("/console")
        assert missing is not None
        assert missing.status == 404
        await page.goto("/sign-in/second-factor")
        await set_up_app(page)
        await judge(page, "console-codes", look)
        await page.get_by_role("link", name="I have kept them").click()
        await page.get_by_role("link", name="Console", exact=True).click()
        await expect(page.get_by_text("Owner", exact=True)).to_be_visible()
        await judge(page, "console", look)

        # They invite somebody, who proves the address, accepts, and sets a second factor up.
        await page.get_by_role("link", name="See who works here").click()
        await page.get_by_role("link", name="Invite somebody").click()
        await judge(page, "console-invite", look)
        await page.get_by_label("E-mail address").fill(mia)
        await page.get_by_label("Support", exact=True).focus()
        await page.keyboard.press("ArrowDown")
        await expect(page.get_by_label("Viewer", exact=True)).to_be_checked()
        await page.keyboard.press("Enter")
        link = await page.locator("#invitation-link").inner_text()
        await judge(page, "console-invited", look)
        await type_password(hers, mia, link)
        await expect(hers.get_by_role("heading", name="This invitation is not for")).to_be_visible()
        await judge(hers, "console-invitation-not-yet", look)
        await prove_address(hers, server)
        await hers.goto(link)
        await judge(hers, "console-invitation", look)
        await hers.get_by_role("button", name="Accept the invitation").click()
        await expect(hers.get_by_role("heading", name="Please sign in again")).to_be_visible()
        await hers.get_by_label("Password", exact=True).fill(PASSWORD)
        await hers.keyboard.press("Enter")
        await set_up_app(hers)
        await hers.get_by_role("link", name="I have kept them").click()
        await expect(hers.get_by_text("Viewer", exact=True)).to_be_visible()
        refused = await hers.goto("/console/staff")
        assert refused is not None
        assert refused.status == 403
        await judge(hers, "console-not-permitted", look)
        await hers.goto(link)
        await expect(hers.get_by_role("heading", name="not good any more")).to_be_visible()

        # They are made support, and then removed: each time they are out at once.
        await page.goto("/console/staff")
        await page.get_by_role("link", name=re.compile(f"Change the role.*{re.escape(mia)}")).click()
        await judge(page, "console-role", look)
        await page.get_by_label("Support", exact=True).check()
        await page.get_by_role("button", name="Change it").click()
        await expect(page.get_by_role("status")).to_contain_text("The role is changed")
        await judge(page, "console-staff", look)
        await page.get_by_role("link", name=re.compile(f"Remove.*{re.escape(mia)}")).click()
        await judge(page, "console-remove", look)
        await page.get_by_role("button", name="Remove them").click()
        await expect(page.get_by_role("status")).to_contain_text("do not work here any more")
        await expect(page.get_by_text(f"{ada} took the role Support away from {mia}.")).to_be_visible()
        gone = await hers.goto("/console")
        assert gone is not None
        assert gone.status == 404
        await judge(hers, "console-gone", look)


async def test_a_passkey_is_set_up_at_sign_in_and_asked_for_from_then_on(server: Server, browser: Browser):
    ada = make_account(server, "ada", "--staff", "owner")
    async with a_page_with_device(browser, server) as (page, device):
        await type_password(page, ada)
        await page.get_by_role("link", name="Or use a passkey instead").click()
        await judge(page, "console-new-passkey", "light")
        await page.get_by_label("Name").fill("This laptop")
        await device.unlock()
        await page.get_by_role("button", name="Make the passkey").click()
        await page.get_by_role("link", name="Console", exact=True).click()
        await expect(page.get_by_role("heading", name="Console")).to_be_visible()
        await device.unlock(now=False)
        await page.get_by_role("button", name="Sign out").click()
        await type_password(page, ada)
        await expect(page.get_by_text("Yours is a passkey")).to_be_visible()
        await judge(page, "console-passkey", "light")
        await device.unlock()
        await page.get_by_role("button", name="Use a passkey").click()
        await page.get_by_role("link", name="Console", exact=True).click()
        await expect(page.get_by_role("heading", name="Console")).to_be_visible()


async def test_everything_but_passkeys_works_without_javascript(server: Server, browser: Browser):
    ada = make_account(server, "ada", "--staff", "owner")
    async with a_page(browser, server.address, java_script_enabled=False) as page:
        await type_password(page, ada)
        await set_up_app(page)
        await page.goto("/console/staff/invite")
        await page.get_by_label("E-mail address").fill("mia@harbor.example")
        await page.get_by_role("button", name="Invite them").click()
        await expect(page.locator("#invitation-link")).to_contain_text("/invitation?token=")
        await page.get_by_role("link", name="I have kept it").click()
        await page.get_by_role("link", name=re.compile("Take it back.*mia@harbor.example")).click()
        await page.get_by_role("button", name="Take it back").click()
        await expect(page.get_by_role("status")).to_contain_text("taken back")

"""Signing up with a code, a forgotten password, another address: a real browser, a real mail server."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.browsers import NARROW, a_page, is_wider_than_the_window, keep_picture, what_axe_finds
from tests.support.mail_server import Caught, MailServer
from tests.support.servers import Server, a_server
from tests.support.visitors import PASSWORD, path_of

PICTURES = os.environ.get("MOORING_TEST_PICTURES")
OTHER_PASSWORD = "a horse of another color"
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark and narrow": {"color_scheme": "dark", "viewport": NARROW},
}
_people = count(1)


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def mailing(tmp_path_factory: pytest.TempPathFactory, mail_server: MailServer) -> Iterator[Server]:
    """A running server whose mails arrive, over TLS."""
    with a_server(tmp_path_factory.mktemp("mailing"), **mail_server.environ) as server:
        yield server


def the_next(mail_server: MailServer, address: str, already: int) -> Caught:
    """Return the mail to ``address`` that comes after so many."""
    while len(mail_server.mails_to(address)) <= already:
        mail_server.wait_for(len(mail_server.mails) + 1)
    return mail_server.mails_to(address)[already]


async def judge(page: Page, name: str, look: str) -> None:
    """Let axe and a ruler judge the page that is shown."""
    if PICTURES:
        await keep_picture(page, Path(PICTURES), f"recovery-{name}.{look.replace(' ', '-')}")
    assert not await is_wider_than_the_window(page), f"{name} must be scrolled sideways"
    assert await what_axe_finds(page) == [], name


async def sign_in(page: Page, email: str, password: str) -> None:
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.mark.parametrize("look", LOOKS)
async def test_a_person_proves_an_address_forgets_the_password_and_moves_house(
    mailing: Server, mail_server: MailServer, browser: Browser, look: str
):
    person = next(_people)
    email, moved = f"mia{person}@outlook.example", f"mia{person}@post.example"
    async with a_page(browser, mailing.address, **LOOKS[look]) as page:
        await page.goto("/sign-up?next=/device")
        await page.get_by_label("E-mail address").fill(email)
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.get_by_role("button", name="Create the account").click()
        await expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
        await judge(page, "code", look)
        first = the_next(mail_server, email, 0)
        assert first.encrypted
        await page.get_by_label("Code").fill("0")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("That is not the code of our latest mail.")).to_be_visible()
        await judge(page, "code-wrong", look)
        await page.keyboard.type(first.code)  # the field has the focus, and is empty again
        await page.keyboard.press("Enter")
        await expect(page).to_have_url(f"{mailing.address}/device")
        await page.goto("/account/security")
        await expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()
        await judge(page, "security", look)

        await page.get_by_role("button", name="Sign out").first.click()
        await page.goto("/sign-in")
        await page.get_by_role("link", name="Forgot your password?").click()
        await judge(page, "forgot", look)
        await page.get_by_label("E-mail address").fill(email)
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("If that address has an account")).to_be_visible()
        await judge(page, "sent", look)
        link = path_of(the_next(mail_server, email, 1).link)
        await page.goto(link)
        await expect(page.get_by_label("The new password")).to_be_focused()
        await judge(page, "reset", look)
        await page.keyboard.type(OTHER_PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="The password is set")).to_be_visible()
        await judge(page, "reset-done", look)
        assert "password was changed" in the_next(mail_server, email, 2).subject
        await page.goto(link)
        await expect(page.get_by_role("heading", name="This mail is not good any more")).to_be_visible()
        await judge(page, "over", look)
        await page.goto("/sign-in")
        await sign_in(page, email, PASSWORD)
        await expect(page.get_by_role("alert")).to_be_visible()
        await sign_in(page, email, OTHER_PASSWORD)
        await expect(page.get_by_role("heading", name="Your account")).to_be_visible()
        assert "New sign-in" in the_next(mail_server, email, 3).subject

        await page.goto("/account/security/address")
        await judge(page, "address", look)
        await page.get_by_label("The new address").fill(moved)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
        await page.goto(path_of(the_next(mail_server, moved, 0).link))
        await judge(page, "address-confirm", look)
        await page.get_by_role("button", name="Confirm the address").click()
        await expect(page.get_by_text("Your address is confirmed.")).to_be_visible()
        await expect(page.get_by_role("main").get_by_text(moved)).to_be_visible()

        await page.goto(path_of(the_next(mail_server, email, 4).link))
        await judge(page, "undo", look)
        await page.get_by_role("button", name="Put it back").click()
        await expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
        await judge(page, "put-back", look)
        await page.get_by_label("The new password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="The password is set")).to_be_visible()
        await page.goto("/sign-in")
        await sign_in(page, email, PASSWORD)
        await expect(page.get_by_role("heading", name="Your account")).to_be_visible()


async def test_the_link_in_another_browser_asks_for_the_password(
    mailing: Server, mail_server: MailServer, browser: Browser
):
    email = f"mia{next(_people)}@outlook.example"
    async with a_page(browser, mailing.address) as desk:
        await desk.goto("/sign-up")
        await desk.get_by_label("E-mail address").fill(email)
        await desk.get_by_label("Password", exact=True).fill(PASSWORD)
        await desk.get_by_role("button", name="Create the account").click()
        await expect(desk.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    async with a_page(browser, mailing.address, viewport=NARROW) as phone:
        await phone.goto(path_of(the_next(mail_server, email, 0).link))
        await judge(phone, "sign-up-elsewhere", "narrow")
        await phone.get_by_label("The password that was chosen").fill(PASSWORD)
        await phone.get_by_role("button", name="Create the account").click()
        await expect(phone.get_by_role("heading", name="Your account")).to_be_visible()

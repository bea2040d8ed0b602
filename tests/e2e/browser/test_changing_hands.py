"""A license bought with an address, claimed, handed over and accepted: a real browser, a real mail server."""

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
WITHOUT_SCRIPTS = "without JavaScript"
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark and narrow": {"color_scheme": "dark", "viewport": NARROW},
    WITHOUT_SCRIPTS: {"java_script_enabled": False},
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


def the_mail(mail_server: MailServer, address: str, words: str) -> Caught:
    """Return the latest mail to ``address`` whose subject has these words, once it is there."""
    while True:
        found = [mail for mail in mail_server.mails_to(address) if words in mail.subject]
        if found:
            return found[-1]
        mail_server.wait_for(len(mail_server.mails) + 1)


async def judge(page: Page, name: str, look: str) -> None:
    """Let axe and a ruler, which are scripts themselves, judge the page that is shown."""
    if look == WITHOUT_SCRIPTS:
        return
    if PICTURES:
        await keep_picture(page, Path(PICTURES), f"hands-{name}.{look.replace(' ', '-')}")
    assert not await is_wider_than_the_window(page), f"{name} must be scrolled sideways"
    assert await what_axe_finds(page) == [], name


async def sign_up(page: Page, mail_server: MailServer, email: str) -> None:
    """Make an account on the page that is shown, and prove its address."""
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Create the account").click()
    await expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    await page.get_by_label("Code").fill(the_mail(mail_server, email, "Confirm").code)
    await page.keyboard.press("Enter")


@pytest.mark.parametrize("look", LOOKS)
async def test_a_license_is_bought_claimed_offered_taken_back_and_given_away(
    mailing: Server, mail_server: MailServer, browser: Browser, look: str
):
    person = next(_people)
    mia, tom = f"mia{person}@outlook.example", f"tom{person}@post.example"
    mailing.run("admin", "license", "issue", "harbor-notes", "standard", "--for", mia)
    async with (
        a_page(browser, mailing.address, **LOOKS[look]) as hers,
        a_page(browser, mailing.address, **LOOKS[look]) as his,
    ):
        # The mail was lost: she asks for it once more, and claims what she bought.
        the_mail(mail_server, mia, "Put your license")  # only the later link is good: let nothing overtake
        await hers.goto("/find-licenses")
        await judge(hers, "find", look)
        await hers.get_by_label("E-mail address").fill(mia)
        await hers.keyboard.press("Enter")
        await expect(hers.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
        await judge(hers, "asked", look)
        while len(mail_server.mails_to(mia)) < 2:
            mail_server.wait_for(len(mail_server.mails) + 1)
        assert the_mail(mail_server, mia, "Put your license").encrypted
        await hers.goto(path_of(mail_server.mails_to(mia)[1].link))
        await judge(hers, "claim-signed-out", look)
        await hers.get_by_role("main").get_by_role("link", name="Create an account").click()
        await sign_up(hers, mail_server, mia)
        await expect(hers.get_by_role("heading", name="Put your licenses into your account")).to_be_visible()
        await judge(hers, "claim", look)
        await hers.get_by_role("button", name="Put the license into my account").click()
        await expect(hers.get_by_text("is in your account.")).to_be_visible()
        await judge(hers, "claimed", look)

        # She offers it, thinks better of it, and offers it again.
        await hers.goto("/account/handovers")
        await judge(hers, "no-offers", look)
        await offer(hers, tom, look)
        first = path_of(the_mail(mail_server, tom, "is offered to you").link)
        await hers.get_by_role("button", name="Take it back").click()
        await expect(hers.get_by_text("The offer is taken back.")).to_be_visible()
        the_mail(mail_server, tom, "no longer offered")
        await offer(hers, tom, look)
        await hers.goto("/account")
        await expect(hers.get_by_text(f"It is offered to {tom}.")).to_be_visible()
        await judge(hers, "account", look)
        assert tom in the_mail(mail_server, mia, "You offered your license").text

        # He finds the first offer over, opens the second, signs up, and accepts.
        await his.goto(first)
        await expect(his.get_by_role("heading", name="This offer is over")).to_be_visible()
        await judge(his, "over", look)
        while len(mail_server.mails_to(tom)) < 3:
            mail_server.wait_for(len(mail_server.mails) + 1)
        await his.goto(path_of(mail_server.mails_to(tom)[2].link))
        await judge(his, "taking-signed-out", look)
        await his.get_by_role("main").get_by_role("link", name="Create an account").click()
        await sign_up(his, mail_server, tom)
        await expect(his.get_by_text("If you accept, it belongs to your account")).to_be_visible()
        await judge(his, "taking", look)
        await his.goto("/account/handovers")
        await judge(his, "handovers", look)
        await his.get_by_role("button", name="Accept").click()
        await expect(his.get_by_text("The license is yours now.")).to_be_visible()
        await his.goto("/account")
        await expect(his.get_by_role("heading", name="Harbor Notes")).to_be_visible()
        await judge(his, "account-after", look)

        # It is gone from her account, and both are told.
        await hers.goto("/account")
        await expect(hers.get_by_text("No license is linked to this account yet.")).to_be_visible()
        assert tom in the_mail(mail_server, mia, "was handed over").text
        assert mia in the_mail(mail_server, tom, "is yours now").text


async def offer(page: Page, email: str, look: str) -> None:
    """Hand the one license over, from the account page."""
    await page.goto("/account")
    await page.get_by_role("link", name="Hand it over to somebody").click()
    await judge(page, "offer", look)
    await page.get_by_label("Their e-mail address").fill(email)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Both of you get a mail.")).to_be_visible()
    await judge(page, "offered", look)

"""How mails look in a browser, as a mail program would show them: nothing for axe to find, dark, 320 px."""

import os
from pathlib import Path
from typing import get_args

import pytest
from playwright.async_api import Browser

from mooring.server.record.outbox.mail import MailKind
from tests.support.browsers import NARROW, is_wider_than_the_window, keep_picture, what_axe_finds
from tests.support.letters import a_mail, a_writer

PICTURES = os.environ.get("MOORING_TEST_PICTURES")
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "narrow": {"viewport": NARROW},
    "narrow and dark": {"viewport": NARROW, "color_scheme": "dark"},
}
NOT_PAGES = ("landmark", "region")  # what a page has around it, and a mail has not


@pytest.mark.parametrize("look", LOOKS)
async def test_every_kind_of_mail(browser: Browser, look: str):
    context = await browser.new_context(**LOOKS[look])
    page = await context.new_page()
    for kind in get_args(MailKind):
        part = a_writer().write(a_mail(kind)).get_body(("html",))
        await page.set_content(part.get_content())
        if PICTURES:
            await keep_picture(page, Path(PICTURES), f"mail-{kind}.{look.replace(' ', '-')}")
        assert not await is_wider_than_the_window(page), f"{kind} must be scrolled sideways"
        found = [line for line in await what_axe_finds(page) if not line.startswith(NOT_PAGES)]
        assert found == [], kind
        assert await page.locator("a.button").count() <= 1
    await context.close()

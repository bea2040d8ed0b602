"""A real browser: Debian's Chromium, driven by Playwright, with axe to judge what it shows."""

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from tests.support.npm_packages import installed_packages

QUIET = (
    "--no-sandbox",  # Chromium has none as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 800}


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """Give a running browser; it is gone at the end."""
    chromium = shutil.which("chromium")
    assert chromium, "these tests need chromium: install it with your system's package manager"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield browser
        await browser.close()


@asynccontextmanager
async def a_page(browser: Browser, address: str, **options: Any) -> AsyncIterator[Page]:
    """Give a fresh browser's first page at ``address``. What the browser complains about fails the test."""
    options = {"viewport": WIDE} | options
    context = await browser.new_context(base_url=address, **options)
    page = await context.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # An answer of no is written to the console as well; a refused script or style is worded otherwise.
        # What a program's own page lacks (a favicon, once its listener has gone) is not ours to answer for.
        if (
            message.type in {"error", "warning"}
            and message.location.get("url", "").startswith(address)
            and "the server responded with a status of 4" not in message.text
        ):
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    await context.close()
    assert complaints == [], complaints


async def what_axe_finds(page: Page) -> list[str]:
    """Return what axe-core (WCAG 2.2 A and AA, and good practice) finds wrong with the page, a line each.

    It is injected past the page's policy, as an extension of the browser would be.
    """
    session = await page.context.new_cdp_session(page)
    source = (installed_packages() / "node_modules" / "axe-core" / "axe.min.js").read_text()
    await session.send("Runtime.evaluate", {"expression": source})
    found = await session.send(
        "Runtime.evaluate",
        {
            "expression": "axe.run().then(result => JSON.stringify(result.violations))",
            "awaitPromise": True,
            "returnByValue": True,
        },
    )
    violations = json.loads(found["result"]["value"])
    return [
        f"{violation['id']}: {violation['help']}: {node['html']}"
        for violation in violations
        for node in violation["nodes"]
    ]


async def is_wider_than_the_window(page: Page) -> bool:
    """Must one scroll sideways to read the page?"""
    wider: bool = await page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return wider


async def keep_picture(page: Page, folder: Path, name: str) -> None:
    """Take a picture of the whole page for people to look at."""
    await page.screenshot(path=folder / f"{name}.png", full_page=True)

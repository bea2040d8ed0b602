"""`mooring sign-in` and a real browser: sign up, approve, come back to the program, linked."""

import asyncio
import json
import re
import sys
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.e2e.browser.test_signing_in import an_email, sign_up
from tests.support.browsers import a_page
from tests.support.commands import Laptop
from tests.support.computers import a_computer
from tests.support.servers import Server

PATIENCE = 30


async def run(laptop: Laptop, *command: str, **environ: str) -> asyncio.subprocess.Process:
    hardware = ("--hardware", str(laptop.folder / "hardware.json"))
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "mooring", *hardware, *command,
        env=laptop.environ | environ, cwd=laptop.folder, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def told(process: asyncio.subprocess.Process, pattern: bytes) -> str:
    """Return what the command tells people, once it has: the first match of ``pattern``."""
    said = b""
    async with asyncio.timeout(PATIENCE):
        while not (found := re.search(pattern, said)):
            line = await process.stderr.readline()
            assert line, said
            said += line
    return found[0].decode()


def a_laptop(server: Server, folder: Path, seed: int) -> Laptop:
    (key,) = server.mint(1)
    laptop = Laptop(folder, server.folder / "mooring.json", a_computer(seed))
    laptop.ask("activate", key)
    return laptop


async def ended_signed_in(process: asyncio.subprocess.Process) -> None:
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0, err.decode()
    assert json.loads(out)["signed_in"] == {"masked": "m•••@o•••.example", "provider": "local"}


async def approve(page: Page, heading: str) -> None:
    await expect(page.get_by_role("heading", name=heading)).to_be_visible()
    await expect(page.get_by_role("main")).to_contain_text("Harbor Notes")
    await page.get_by_role("button", name="Yes, sign it in").click()


async def test_by_the_browser_of_this_computer(server: Server, browser: Browser, tmp_path: Path):
    laptop = a_laptop(server, tmp_path / "laptop", 50_001)
    process = await run(laptop, "sign-in", "--create", "--json", BROWSER="true")
    address = await told(process, rb"http://\S+/oauth/authorize\S+(?=\n)")
    async with a_page(browser, server.address) as page:
        await page.goto(address)
        await sign_up(page, an_email())
        await approve(page, "Sign this program in?")
        await expect(page.get_by_role("heading", name="You can close this page")).to_be_visible()
        assert page.url.startswith("http://127.0.0.1:")
        font = await page.evaluate("getComputedStyle(document.body).fontFamily")
        assert "system-ui" in font  # its own policy lets its own style through
    await ended_signed_in(process)
    assert laptop.ask("link")["linked"] is True


async def test_by_a_code_on_another_device(server: Server, browser: Browser, tmp_path: Path):
    laptop = a_laptop(server, tmp_path / "laptop", 50_002)
    process = await run(laptop, "sign-in", "--no-browser", "--create", "--json")
    code = await told(process, rb"[B-Z]{4}-[B-Z]{4}")
    async with a_page(browser, server.address) as page:
        await page.goto(f"/device?user_code={code}&prompt=create")
        await sign_up(page, an_email())
        await expect(page.get_by_role("main")).to_contain_text(laptop.status()["device"]["name"])
        await approve(page, "Is this your device?")
    await ended_signed_in(process)
    assert laptop.ask("link")["linked"] is True

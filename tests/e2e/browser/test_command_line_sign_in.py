"""`mooring sign-in` hands its address to the person's own browser; then it is linked, and signed out."""

import asyncio
import os
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.e2e.browser.test_command_line import PATIENCE, a_laptop, approve, ended_signed_in, run
from tests.e2e.browser.test_signing_in import an_email, sign_up
from tests.support.browsers import a_page
from tests.support.servers import Server


async def test_the_browser_is_handed_the_address_and_the_license_is_linked(
    server: Server, browser: Browser, tmp_path: Path
):
    laptop = a_laptop(server, tmp_path / "laptop", 50_101)
    handed = tmp_path / "address"
    script = tmp_path / "browser"
    os.mkfifo(handed)
    script.write_text(f'#!/bin/sh\nprintf "%s" "$1" > "{handed}"\n')
    script.chmod(0o755)
    process = await run(laptop, "sign-in", "--create", "--json", BROWSER=str(script))
    async with a_page(browser, server.address) as page:
        await page.goto(await asyncio.wait_for(asyncio.to_thread(handed.read_text), PATIENCE))
        await sign_up(page, an_email())
        await approve(page, "Sign this program in?")
        await expect(page.get_by_role("heading", name="You can close this page")).to_be_visible()
        await ended_signed_in(process)
        assert "linked to your account" in (await asyncio.to_thread(laptop.mooring, "link")).text
        shown = await asyncio.to_thread(laptop.mooring, "status")
        assert "Harbor Notes is activated with a digital license linked to your account" in shown.text
        await page.goto(f"{server.address}/account")
        await expect(page.get_by_role("heading", name="Harbor Notes")).to_be_visible()
        assert (await asyncio.to_thread(laptop.ask, "sign-out"))["service_told"] is True
        await page.reload()
        await expect(page.get_by_text("No device is signed in.")).to_be_visible()
    assert laptop.status()["signed_in"] is None
    assert laptop.status()["linked"] is True

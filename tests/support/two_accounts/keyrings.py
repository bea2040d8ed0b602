"""Everything that opens Mia's account beside her password, made as she would make it in her browser."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.support.clients import Reply
from tests.support.passkeys import SoftPasskey, asked_on
from tests.support.servers import Server
from tests.support.two_accounts.handovers import an_offer
from tests.support.two_accounts.people import Keyring, Person
from tests.support.visitors import Form, Visitor, path_of, said

SECURITY = "/account/security"
ADD_PASSKEY = f"{SECURITY}/passkeys/add"
ADD_IDENTITY = f"{SECURITY}/identities/add"
VERIFY = f"{SECURITY}/address/verify"


async def a_keyring(server: Server, mia: Person) -> Keyring:
    """Let Mia sign in once more, add a passkey and an account at GitHub, begin to prove, offer a license."""
    elsewhere = Visitor(server.client())
    assert (await elsewhere.sign_in(mia.email)).status == 303
    passkey = await a_passkey(server, mia)
    added = await mia.browser.get(await at_github(mia.browser))
    assert added.header("location") == f"{SECURITY}?done=identity-added", added
    token = await a_mail_token(server, mia)
    handover, offer_token = await an_offer(server, mia)
    return Keyring(elsewhere, passkey, await at_github(mia.browser), token, handover, offer_token)


async def a_passkey(server: Server, mia: Person) -> SoftPasskey:
    passkey = SoftPasskey(origin=f"http://localhost:{server.port}")
    browser = mia.browser
    page = said(await browser.get(ADD_PASSKEY))
    options, carried = asked_on(page)
    answer = {"answer": passkey.made_for(options), "carried": carried, "name": f"A key of {mia.email}"}
    assert (await browser.post(ADD_PASSKEY, Form(page, ADD_PASSKEY).fields | answer)).status == 303
    return passkey


async def at_github(browser: Visitor) -> str:
    """Add the account at GitHub, and return where that sends the browser back to."""
    going = await browser.submit(f"{ADD_IDENTITY}?provider=github", ADD_IDENTITY)
    return await come_back(going)


async def come_back(going: Reply) -> str:
    """Follow a page of ours to the provider, and return where it leads back to."""
    target = going.header("refresh")
    assert target is not None, going
    async with httpx.AsyncClient() as client:
        answer = await client.get(target.removeprefix("0;url="))
    return path_of(answer.headers["location"])


async def a_mail_token(server: Server, mia: Person) -> str:
    """Return the token of the link in the mail that proves her address, as the server prints it."""
    known = links_in(server)
    assert (await mia.browser.submit(SECURITY, VERIFY)).status == 303
    new: set[str] = set()
    while not new:  # the test's own time limit ends the waiting
        await mia.browser.get("/healthz")
        new = links_in(server) - known
    (link,) = new
    return parse_qs(urlsplit(link).query)["token"][0]


def links_in(server: Server) -> set[str]:
    return set(re.findall(r"\S*/address/confirm\?token=\S+(?=\s)", server.log.read_text()))

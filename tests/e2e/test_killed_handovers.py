"""Killed in the middle of a handover, a server leaves the license with one of the two, and both told so."""

import asyncio
import re
from pathlib import Path
from random import Random
from urllib.parse import parse_qs, urlsplit

from tests.support.clients import Reply
from tests.support.servers import Server
from tests.support.visitors import Form, Visitor, location, path_of, said

KILLS = 8
LONGEST = 0.03
"""Seconds until the server is killed: an answer takes some thousandths."""
HANDOVERS = "/account/handovers"
TOLD = {"accepted": ("handover_accepted", "handover_received"), "undone": ("handover_undone",), None: ()}
"""The mails that go with each outcome."""


async def offered(server: Server, mia: Visitor, page: str, number: int) -> str:
    """Let Mia offer what is at ``page``, and return the link in the mail, as the server prints it."""
    reply = await mia.submit(page, page, email=f"friend{number}@post.example")
    assert location(reply) == f"{HANDOVERS}?done=offered", reply.body
    links: list[str] = []
    while len(links) <= number:  # the test's own time limit ends the waiting
        await mia.get("/healthz")
        links = re.findall(r"\S*/handover\?token=\S+(?=\s)", server.log.read_text())
    return path_of(links[-1])


def outcomes(server: Server) -> list[tuple[str | None, bool]]:
    """Return what became of each offer, and whether its receiver holds the license."""
    with server.looking() as look:
        rows = look.query(
            "SELECT handovers.outcome, licenses.holder_account = handovers.giver FROM handovers "
            "JOIN licenses ON licenses.id = handovers.license_id ORDER BY handovers.id"
        )
        return [(outcome, not gives) for outcome, gives in rows]


def mails(server: Server) -> list[str]:
    kinds = {kind for told in TOLD.values() for kind in told}
    with server.looking() as look:
        return sorted(kind for (kind,) in look.query("SELECT kind FROM outbox") if kind in kinds)


async def test_a_license_is_somebodys_whenever_the_server_is_killed(tmp_path: Path):
    server, fate = Server(tmp_path), Random(17)
    await asyncio.to_thread(server.found)
    keys = await asyncio.to_thread(server.mint, KILLS)
    await asyncio.to_thread(server.start)
    mia, tom = Visitor(server.client()), Visitor(server.client())
    await mia.sign_up("mia@outlook.example")
    await tom.sign_up("tom@outlook.example")
    answered: list[str | None] = []
    for number, key in enumerate(keys):
        await mia.submit("/account", "/account/claim", product_key=key)
        page = re.findall(r"/account/licenses/lic_\w+/hand-over", said(await mia.get("/account")))[0]
        link = await offered(server, mia, page, number)
        token = parse_qs(urlsplit(link).query)["token"][0]
        wish = Form(said(await tom.get(link)), "/handover/accept").fields | {"token": token}
        shown = said(await mia.get(HANDOVERS))
        undo = re.findall(rf"{HANDOVERS}/hnd_\w+/undo", shown)[-1]
        doings = {
            "accepted": asyncio.ensure_future(tom.post("/handover/accept", wish)),
            "undone": asyncio.ensure_future(mia.post(undo, Form(shown, undo).fields)),
        }
        await asyncio.wait(doings.values(), timeout=fate.random() * LONGEST)
        await asyncio.to_thread(server.kill)
        replies = await asyncio.gather(*doings.values(), return_exceptions=True)
        told = [
            name
            for name, reply in zip(doings, replies, strict=True)
            if isinstance(reply, Reply) and reply.status == 303
        ]
        answered.append(told[0] if told else None)
        assert len(told) < 2
        await asyncio.to_thread(server.start)
        mia.client, tom.client = server.client(), server.client()
        found = outcomes(server)
        assert [holds for _, holds in found] == [outcome == "accepted" for outcome, _ in found]
        assert all(said_so in {None, came} for said_so, (came, _) in zip(answered, found, strict=True))
        assert mails(server) == sorted(kind for outcome, _ in found for kind in TOLD[outcome])
    await asyncio.to_thread(server.stop)

"""Killed while a person agrees or withdraws, a server keeps what it answered, and no name without consent."""

import asyncio
from pathlib import Path
from random import Random

from mooring.server.licensing.domain.activations.device_names import neutral_name
from tests.support.clients import Reply
from tests.support.computers import a_computer
from tests.support.oauth_devices import OAuthDevice
from tests.support.servers import Server
from tests.support.visitors import Visitor

KILLS = 9
LONGEST = 0.02
"""Seconds until the server is killed: an answer takes some thousandths."""
PRIVACY = "/v1/me/privacy"
STUDIO = "Studio PC"


def a_wish(*, agree: bool) -> dict[str, object]:
    return {"choices": {"device_name": agree}, "text_versions": {"device_name": 1}}


async def linked(server: Server, mia: Visitor, key: str) -> OAuthDevice:
    """Return a computer on which Mia is signed in, and whose license she holds."""
    pc = OAuthDevice(
        server.client(), address=server.address, salt=server.device().salt, computer=a_computer()
    )
    pc.token = (await pc.signed_in_by(mia))["access_token"]
    assert (await pc.activate(key)).status == 201
    put = await pc.put(f"/v1/activations/{pc.activation_id}/link", {"product_key": key})
    assert put.status == 200, put.body
    return pc


def kept(server: Server) -> tuple[int, int, int, int]:
    """Return how many consents were given and withdrawn, and how many events tell of each."""
    with server.looking() as look:
        ((given, withdrawn),) = look.query("SELECT COUNT(*), COUNT(withdrawn_at) FROM consents")
        events = [kind for (kind,) in look.query("SELECT kind FROM events WHERE kind LIKE 'consent.%'")]
    return given, withdrawn, events.count("consent.given"), events.count("consent.withdrawn")


async def test_a_consent_is_what_was_answered_whenever_the_server_is_killed(tmp_path: Path):
    server, fate = Server(tmp_path), Random(25)
    await asyncio.to_thread(server.found)
    (key,) = await asyncio.to_thread(server.mint, 1)
    await asyncio.to_thread(server.start)
    mia = Visitor(server.client())
    await mia.sign_up("mia@outlook.example")
    pc = await linked(server, mia, key)
    ((device, _),) = [
        (each["device"]["id"], each) for each in (await pc.signed("GET", "/v1/me/devices")).json()["items"]
    ]
    agreed, answers = False, 0
    for number in range(KILLS):
        doing = asyncio.ensure_future(pc.put(PRIVACY, a_wish(agree=not agreed)))
        # Every third time it is killed right after the answer.
        await asyncio.wait([doing], timeout=fate.random() * LONGEST if number % 3 else None)
        await asyncio.to_thread(server.kill)
        (reply,) = await asyncio.gather(doing, return_exceptions=True)
        await asyncio.to_thread(server.start)
        pc.client = server.client()
        (choice,) = (await pc.signed("GET", PRIVACY)).json()["choices"]
        if isinstance(reply, Reply) and reply.status == 200:
            answers += 1
            assert choice["agreed"] is not agreed
        agreed = choice["agreed"]
        given, withdrawn, told_given, told_withdrawn = kept(server)
        assert (given, withdrawn) == (told_given, told_withdrawn)
        assert given - withdrawn == agreed
        with server.looking() as look:
            ((name,),) = look.query(f"SELECT name FROM devices WHERE id = '{device}'")
        if not agreed:
            assert name == neutral_name(device)
        else:
            named = await pc.say(
                "PATCH", f"/v1/me/devices/{device}", {"name": STUDIO, "consent": "device_name"}
            )
            assert named.json()["device"]["name"] == STUDIO
    assert answers >= KILLS / 3
    await asyncio.to_thread(server.stop)

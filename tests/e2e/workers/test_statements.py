"""How often PostgreSQL is asked for one request: what each statement costs, it costs on every request.

Counted is everything that is sent, ``BEGIN`` and ``COMMIT`` included, once all is warm. To look at what was
sent, make a number here too small.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import pytest

from mooring.server.bootstrap import build_app
from mooring.server.foundation.clock import SystemClock
from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase
from mooring.server.foundation.secrets import Secrets
from mooring.server.foundation.settings import load_settings
from tests.support.clients import AsgiClient, Reply
from tests.support.computers import a_computer, after_reinstall
from tests.support.oauth_devices import OAuthDevice
from tests.support.postgresql import a_postgresql
from tests.support.servers import Server
from tests.support.visitors import Visitor

STATEMENTS = {
    "validate": 1,
    "activate": 12,
    "activate again": 14,
    "refused: all seats are held": 10,
    "return after a reinstall": 23,
    "renew": 7,
    "link": 13,
    "reactivate": 22,
    "deactivate": 11,
}
"""The most that each may send. Lower a number when it was earned."""


class Place(NamedTuple):
    """The application on PostgreSQL, with keys to use up and a person with a computer."""

    app: Any
    server: Server
    keys: Any
    sent: list[str]

    def device(self, number: int) -> OAuthDevice:
        example = self.server.device()
        client = AsgiClient(self.app, host=self.server.address.removeprefix("http://"))
        computer = a_computer(number)
        return OAuthDevice(client, address=self.server.address, salt=example.salt, computer=computer)


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    sent: list[str] = []
    connect = asyncpg.connect

    async def connecting(*arguments: Any, **options: Any) -> Any:
        connection = await connect(*arguments, **options)
        connection.add_query_logger(lambda query: sent.append(" ".join(query.query.split())))
        return connection

    monkeypatch.setattr(asyncpg, "connect", connecting)
    with a_postgresql() as url:
        server = Server(tmp_path, MOORING_DATABASE_URL=url.render_as_string(hide_password=False))
        await asyncio.to_thread(server.found)
        keys = await asyncio.to_thread(server.mint, 20)
        settings = load_settings(server.environ, tmp_path)
        database = PostgresqlDatabase(url, writing=1, reading=1)
        secrets = Secrets.load(settings.secret_file)
        app = build_app(settings, secrets, database, SystemClock(), addresses=(server.address,))
        yield Place(app, server, iter(keys), sent)
        await database.close()


async def test_no_request_sends_more_than_it_needs(place: Place):
    await a_life(place, first=1)  # it warms
    for name, sent in (await a_life(place, first=10)).items():
        assert 0 < len(sent) <= STATEMENTS[name], f"{name}: {len(sent)}\n" + "\n".join(sent)


async def told() -> None:
    """Let the driver tell what it has sent: it does so a turn of the loop later."""
    for _ in range(3):
        await asyncio.sleep(0)


async def a_life(place: Place, *, first: int) -> dict[str, list[str]]:
    """Let computers live, and return what was sent for each thing they did."""
    sent: dict[str, list[str]] = {}

    async def count(name: str, status: int, do: Callable[[], Awaitable[Reply]]) -> Reply:
        await told()
        place.sent.clear()
        reply = await do()
        assert reply.status == status, reply.body
        await told()
        sent[name] = place.sent.copy()
        return reply

    key = next(place.keys)
    old, new, stranger = (place.device(first + number) for number in range(3))
    for device in (old, new, stranger):  # a first request tells the nonce
        await device.post("/v1/activations", {})
    visitor = Visitor(old.client)
    assert (await visitor.sign_up(f"mia.{first}@outlook.example")).status == 303
    tokens = {device: (await device.signed_in_by(visitor))["access_token"] for device in (old, new)}

    body = {"product": "harbor-notes", "product_key": key}
    media_type = (("Content-Type", "application/json"),)
    validation = str(body).replace("'", '"').encode()
    await count("validate", 200, lambda: old.client.send("POST", "/v1/validations", media_type, validation))
    await count("activate", 201, lambda: old.activate(key))
    await count("activate again", 200, lambda: old.activate(key))
    await count("refused: all seats are held", 409, lambda: stranger.activate(key))
    returned = place.device(first)
    returned.computer, returned.nonce = after_reinstall(old.computer, first), old.nonce
    await count("return after a reinstall", 200, returned.activate)
    await count("renew", 200, old.renew)
    link = f"/v1/activations/{old.activation_id}/link"
    old.token = tokens[old]
    linked = await count("link", 200, lambda: old.put(link, {"product_key": key}))
    old.remember(linked)
    mine = (await old.signed("GET", "/v1/me/devices")).json()["items"]
    new.token = tokens[new]
    wish = {
        "device_id": mine[0]["device"]["id"],
        "product": "harbor-notes",
        "hardware": new.hardware(),
        "device": {"platform": "linux"},
    }
    new.remember(await count("reactivate", 201, lambda: new.post("/v1/me/reactivations", wish)))
    new.token = None
    await count("deactivate", 204, new.deactivate)
    return sent

"""A flood of sign-in attempts on one account: the server's memory holds, and others still sign in."""

import asyncio
import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest

from tests.support.servers import Server, a_server
from tests.support.visitors import Form, Visitor, location

SECONDS = 10 if os.environ.get("MOORING_TEST_LONG") else 2
A_SECOND = 1000
CONNECTIONS = 100
MOST_MEGABYTES = 400
PATIENCE = 10.0
"""Seconds in which another person must have signed in while it goes on; measured: less than 4."""

STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")


class Flood(NamedTuple):
    """What was sent, over how long, and what was answered by the end of it."""

    sent: int
    seconds: float
    answers: Counter[int]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that believes this computer which addresses people come from, as behind a proxy."""
    with a_server(tmp_path, MOORING_TRUSTED_PROXIES="127.0.0.1/32") as server:
        yield server


async def attempt(server: Server, email: str) -> tuple[str, bytes]:
    """Return the head and body of a sign-in with a wrong password, as a browser would send it."""
    stranger = Visitor(server.client())
    shown = await stranger.get("/sign-in")
    fields = Form(shown.body.decode(), "/sign-in").fields | {"email": email, "password": "not the password"}
    cookie = "; ".join(f"{name}={value}" for name, value in stranger.cookies.items())
    body = urlencode(fields).encode()
    head = (
        f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    )
    return head, body


async def flood(server: Server, email: str) -> Flood:
    """Send on schedule, whether or not answers come, each attempt from another network."""
    head, body = await attempt(server, email)
    answers: Counter[int] = Counter()

    async def count(reader: asyncio.StreamReader) -> None:
        rest = b""
        while part := await reader.read(65536):
            rest += part
            answers.update(int(status) for status in STATUS.findall(rest))
            rest = rest[-12:] if not STATUS.search(rest[-13:]) else b""

    opened = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(CONNECTIONS)]
    counting = [asyncio.create_task(count(reader)) for reader, _ in opened]
    sent, began = 0, time.monotonic()
    while (passed := time.monotonic() - began) < SECONDS:
        while sent < passed * A_SECOND:
            network = f"X-Forwarded-For: 10.{sent >> 16 & 255}.{sent >> 8 & 255}.{sent & 255}\r\n\r\n"
            opened[sent % CONNECTIONS][1].write((head + network).encode() + body)
            sent += 1
        await asyncio.sleep(0.005)
    seen = Flood(sent, time.monotonic() - began, answers.copy())
    for task in counting:
        task.cancel()
    await asyncio.gather(*counting, return_exceptions=True)
    for _, writer in opened:
        writer.transport.abort()
    return seen


async def seconds_to_sign_in(server: Server, email: str) -> float:
    """Sign in as a patient person does: whoever is told to come again in a moment does so."""
    began = time.monotonic()
    while True:
        person = Visitor(server.client())
        shown = await person.get("/sign-in")
        fields = Form(shown.body.decode(), "/sign-in").fields
        reply = await person.post(
            "/sign-in",
            fields | {"email": email, "password": "correct horse battery staple"},
            (("X-Forwarded-For", "203.0.113.9"),),
        )
        if reply.status == 303:
            assert location(reply) == "/account"
            return time.monotonic() - began
        assert reply.status == 503, reply.body.decode()
        assert time.monotonic() - began < 3 * PATIENCE, "the flood keeps another person out"
        await asyncio.sleep(1)


def most_megabytes(server: Server) -> float:
    """Return the most memory that the server's process ever held."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


async def test_a_flood_on_one_account_fills_no_memory_and_keeps_nobody_else_out(server: Server):
    mia, tom = "mia@outlook.example", "tom@outlook.example"
    for email in (mia, tom):
        assert (await Visitor(server.client()).sign_up(email)).status == 303
    flooding = asyncio.create_task(flood(server, mia))
    await asyncio.sleep(0.3)
    assert not flooding.done()
    waited = await seconds_to_sign_in(server, tom)
    during = not flooding.done()
    seen = await flooding
    memory = most_megabytes(server)
    print(
        f"sent {seen.sent / seen.seconds:.0f}/s for {seen.seconds:.1f} s, answered "
        f"{sum(seen.answers.values()) / seen.seconds:.0f}/s: {dict(seen.answers)}; another person signed in "
        f"within {waited:.1f} s ({'during' if during else 'after'} it); most memory {memory:.0f} MB"
    )
    assert seen.sent / seen.seconds > 0.9 * A_SECOND
    assert set(seen.answers) <= {403, 429, 503}, "every attempt is refused, and none is a fault"
    assert seen.answers[429] > seen.answers[403]
    assert waited < PATIENCE
    assert memory < MOST_MEGABYTES
    assert (await Visitor(server.client()).sign_in(tom)).status == 303

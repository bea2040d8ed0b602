"""The short way through the server: whatever comes over a real socket is answered as without it."""

import asyncio
import contextlib
import json
import re
from pathlib import Path

import pytest
import uvicorn

from mooring.server.cli.serving.listening import listen
from mooring.server.cli.serving.worker import configuration
from mooring.server.web.connections.patient import PatientConnection
from tests.support.web_apps import a_door

KEY = "BCDFG-HJKMN-PQRTV-WXY23-46789"
GOOD = json.dumps({"product": "harbor-notes", "product_key": KEY}).encode()
LAST = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def a_post(
    *lines: str, path: str = "/v1/validations", body: bytes = GOOD, length: int | None = None
) -> bytes:
    length = len(body) if length is None else length
    head = [f"POST {path} HTTP/1.1", "Host: x", "Content-Type: application/json", *lines]
    return "\r\n".join([*head, f"Content-Length: {length}", "", ""]).encode() + body


def chunked(*lines: str) -> bytes:
    head = a_post("Transfer-Encoding: chunked", *lines).partition(b"\r\nContent-Length")[0]
    return head + b"\r\n\r\n" + b"%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD), GOOD)


WHOLE = a_post()
ODD = {
    "half a body": (WHOLE[:-9], WHOLE[-9:]),
    "head, then body": (WHOLE[: -len(GOOD)], GOOD),
    "byte by byte": tuple(WHOLE[at : at + 1] for at in range(len(WHOLE))),
    "two at once": (WHOLE + a_post(path="/v1/activations"),),
    "one and a half at once": (WHOLE + WHOLE[:70], WHOLE[70:]),
    "fifty at once": (WHOLE * 50,),
    "a page behind it": (WHOLE + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",),
    "lines before it": (b"\r\n\r\n" + WHOLE,),
    "bytes behind it": (WHOLE + b"x",),
    "chunked": (chunked(),),
    "chunked and with a length": (chunked(f"Content-Length: {len(GOOD)}"),),
    "another coding": (a_post("Transfer-Encoding: gzip"),),
    "expects": (a_post("Expect: 100-continue"),),
    "upgrade": (a_post("Connection: Upgrade", "Upgrade: websocket"),),
    "upgrade to nothing known": (a_post("Connection: upgrade", "Upgrade: h2c"),),
    "closes": (a_post("Connection: close"),),
    "HTTP/1.0": (WHOLE.replace(b"HTTP/1.1", b"HTTP/1.0"),),
    "HTTP/1.0, kept alive": (a_post("Connection: keep-alive").replace(b"HTTP/1.1", b"HTTP/1.0"),),
    "HTTP/2.0": (WHOLE.replace(b"HTTP/1.1", b"HTTP/2.0"),),
    "two lengths": (a_post(f"Content-Length: {len(GOOD)}"),),
    "two different lengths": (a_post("Content-Length: 3"),),
    "a length too short": (a_post(length=len(GOOD) - 4),),
    "a length with zeros": (WHOLE.replace(b"Length: ", b"Length: 00"),),
    "a length with a plus": (WHOLE.replace(b"Length: ", b"Length: +"),),
    "a length that is none": (WHOLE.replace(b"Length: ", b"Length: x"),),
    "a header on two lines": (a_post("X-Long: a\r\n b"),),
    "a header without colon": (a_post("X-Odd"),),
    "a space before the colon": (WHOLE.replace(b"Content-Length:", b"Content-Length :"),),
    "a null in a header": (a_post("X-Odd: a\0b"),),
    "bare line feeds": (WHOLE.replace(b"\r\n", b"\n"),),
    "a bare carriage return": (a_post("X-Odd: a\rContent-Length: 3"),),
    "a query": (a_post(path="/v1/validations?a=b"),),
    "an escaped path": (a_post(path="/v1/%76alidations"),),
    "a slash behind it": (a_post(path="/v1/validations/"),),
    "two slashes": (a_post(path="//v1/validations"),),
    "dots": (a_post(path="/v1/./validations"),),
    "a fragment": (a_post(path="/v1/validations#a"),),
    "a whole address": (a_post(path="http://x/v1/validations"),),
    "bytes in the path": (WHOLE.replace(b"/v1/val", b"/v1/v\xc3\xa9l"),),
    "nowhere": (a_post(path="/v1/nowhere"),),
    "a page": (a_post(path="/sign-in"),),
    "another method": (WHOLE.replace(b"POST", b"PUT"),),
    "no method": (WHOLE.replace(b"POST", b"post"),),
    "no body, no length": (b"POST /v1/validations HTTP/1.1\r\nHost: x\r\n\r\n",),
    "a longer body": (a_post(body=GOOD + b" " * 20_000),),
    "a body that is too long": (a_post(body=GOOD + b" " * 66_000),),
    "headers that are too long": (a_post(f"X-Long: {'a' * 17_000}"),),
    "not HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",),
}  # fmt: skip
USUAL = {
    "whole": (WHOLE,),
    "half a head, then the rest": (WHOLE[:40], WHOLE[40:]),
    "no host": (WHOLE.replace(b"Host: x\r\n", b""),),
    "no body": (a_post(body=b""),),
    "kept alive in so many words": (a_post("Connection: keep-alive"),),
    "one after the other": (WHOLE, WHOLE),
    "without a proof": (a_post(path="/v1/activations"),),
    "with a proof that is none": (a_post("DPoP: x.y.z", path="/v1/activations/act_1/renewals"),),
    "in another language": (a_post("Accept-Language: de", body=b"{}"),),
    "no JSON": (a_post(body=b"{"),),
    "the wrong method": (a_post(path="/v1/status-lists/1"),),
    "forwarded": (a_post("X-Forwarded-For: 203.0.113.7"),),
}
CHANGES = re.compile(rb"(\r\n(?:date|request-id|dpop-nonce): )[^\r]+", re.IGNORECASE)


class Watched(PatientConnection):
    """Counts the bytes that came, and the requests that went the short way."""

    sent = received = 0
    all_came = asyncio.Event()
    is_lost = False
    short = 0

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        type(self).received += len(data)
        if self.received == self.sent:
            self.all_came.set()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        type(self).is_lost = True
        self.all_came.set()

    def _is_usual(self) -> bool:
        is_usual = super()._is_usual()
        type(self).short += is_usual
        return is_usual


class WithoutShortWay(Watched):
    def _is_usual(self) -> bool:
        return False


async def everything(reader: asyncio.StreamReader) -> bytes:
    """Return what comes until the connection ends, be it by force."""
    parts = []
    with contextlib.suppress(ConnectionError):
        while part := await reader.read(65536):
            parts.append(part)
    return b"".join(parts)


async def exchanged(connection: type[Watched], folder: Path, pieces: tuple[bytes, ...]) -> tuple[bytes, str]:
    """Return what a server answers that gets ``pieces`` one after the other, and what it counted."""
    door = a_door(folder)
    connection.received = connection.sent = connection.short = 0
    connection.all_came, connection.is_lost = asyncio.Event(), False
    config = configuration(door.app)
    config.http = connection
    with listen("127.0.0.1", 0) as listening:
        (listener,) = listening.sockets
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve(sockets=[listener]))
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        reading = asyncio.create_task(everything(reader))
        async with asyncio.timeout(10):
            for piece in (*pieces, LAST):
                connection.sent += len(piece)
                writer.write(piece)
                await connection.all_came.wait()
                if not connection.is_lost:
                    connection.all_came.clear()
            answers = await reading
        writer.close()
        server.should_exit = True
        await serving
    counted = door.services.metrics.page().decode()
    await door.close()
    asked = [
        line for line in counted.splitlines() if line.startswith(("mooring_requests_total", "mooring_ref"))
    ]
    return CHANGES.sub(rb"\1...", answers), "\n".join(sorted(asked))


@pytest.mark.parametrize("pieces", USUAL.values(), ids=USUAL)
async def test_what_devices_send_goes_it_and_is_answered_as_without_it(
    tmp_path: Path, pieces: tuple[bytes, ...]
):
    await check_same(tmp_path, pieces)
    assert Watched.short == b"".join(pieces).count(b"POST ")


@pytest.mark.parametrize("pieces", ODD.values(), ids=ODD)
async def test_nothing_odd_goes_it_or_is_answered_otherwise(tmp_path: Path, pieces: tuple[bytes, ...]):
    await check_same(tmp_path, pieces)
    assert Watched.short < len(pieces)  # what comes in a piece of its own behind it may


@pytest.mark.parametrize("order", [1, -1])
async def test_a_body_with_a_length_and_a_coding_is_refused(tmp_path: Path, order: int):
    lines = ["Transfer-Encoding: chunked", "Content-Length: 5"][::order]
    head = "\r\n".join(["POST /v1/validations HTTP/1.1", "Host: x", "Content-Type: application/json", *lines])
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD), GOOD)
    answers, _ = await exchanged(Watched, tmp_path, (head.encode() + b"\r\n\r\n" + body,))
    assert answers.startswith(b"HTTP/1.1 400 ")
    assert answers.count(b"HTTP/1.1 ") == 1


async def test_a_trailer_is_no_header(tmp_path: Path):
    wrong = chunked().replace(b"Content-Type", b"X-Type")
    in_trailer = wrong[:-2] + b"Content-Type: application/json\r\n\r\n"
    answers, _ = await exchanged(Watched, tmp_path, (in_trailer,))
    assert answers.startswith(b"HTTP/1.1 415 ")


async def check_same(folder: Path, pieces: tuple[bytes, ...]) -> None:
    there, here = folder / "without", folder / "with"
    there.mkdir()
    here.mkdir()
    expected = await exchanged(WithoutShortWay, there, pieces)
    assert await exchanged(Watched, here, pieces) == expected
    assert expected[0].startswith(b"HTTP/1.1 ")

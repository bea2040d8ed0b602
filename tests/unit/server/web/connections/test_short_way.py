"""The short way: what uvicorn needs of its cycle, and what becomes of an answer."""

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from mooring.server.cli.serving.worker import configuration
from mooring.server.web.connections.short_way import ShortWayConnection, WholeCycle
from mooring.server.web.http.requests import Answer, Request, Scope, WayOut
from tests.support.web_apps import NOON

REQUEST = b"POST /short HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
GOOD = Answer(200, b"good", ((b"content-type", b"text/plain"),))


class StandInTransport(asyncio.Transport):
    """What a socket would have been told."""

    def __init__(self) -> None:
        super().__init__({"peername": ("203.0.113.7", 4000), "sockname": ("127.0.0.1", 8000)})
        self.written = b""
        self.closed = False
        self.reads = True

    def write(self, data: bytes) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        self.reads = True


class StandInApp:
    """Answers as a test tells it; it never sees ASGI."""

    def __init__(self, serve: Callable[[Request, WayOut], Awaitable[None]]) -> None:
        self.serve = serve
        self.requests: list[Request] = []

    def serves_whole(self, path: str) -> bool:
        return path == "/short"

    def whole_request(self, scope: Scope, body: bytes) -> Request:
        self.requests.append(Request(scope, None, NOON, body))
        return self.requests[-1]

    async def __call__(self, _scope: Scope, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


class Served:
    """A connection to a stand-in, and what it wrote."""

    def __init__(self, serve: Callable[[Request, WayOut], Awaitable[None]]) -> None:
        self.app = StandInApp(serve)
        config = configuration(self.app)  # type: ignore[arg-type]
        config.load()
        self.state = ServerState()
        self.connection = ShortWayConnection(config=config, server_state=self.state, app_state={})
        self.transport = StandInTransport()
        self.connection.connection_made(self.transport)

    def send(self, data: bytes) -> None:
        self.connection.data_received(data)

    async def settle(self) -> bytes:
        """Let everything run that can, and return what was written."""
        for _ in range(10):
            await asyncio.sleep(0)
        return self.transport.written

    def end(self) -> None:
        self.transport.closed = True
        self.connection.connection_lost(None)


async def good(_request: Request, way_out: WayOut) -> None:
    await way_out.answer(GOOD)


async def test_answers_with_the_headers_that_every_answer_carries():
    served = Served(good)
    served.state.default_headers = [(b"date", b"today")]
    served.send(REQUEST)
    written = await served.settle()
    (request,) = served.app.requests
    assert (request.method, request.path, request.raw_path, request.body) == (
        "POST",
        "/short",
        "/short",
        b"{}",
    )
    assert await request.read_body() == b"{}"
    assert written == (
        b"HTTP/1.1 200 OK\r\ndate: today\r\ncontent-type: text/plain\r\ncontent-length: 4\r\n"
        b"x-content-type-options: nosniff\r\nreferrer-policy: no-referrer\r\n"
        b"request-id: " + request.id.encode() + b"\r\n\r\ngood"
    )
    assert (served.state.total_requests, served.state.tasks, served.transport.closed) == (1, set(), False)
    served.end()


async def test_what_is_sent_meanwhile_is_answered_afterwards_in_its_order():
    may_answer = asyncio.Event()

    async def slow(_request: Request, way_out: WayOut) -> None:
        await may_answer.wait()
        await way_out.answer(GOOD)

    served = Served(slow)
    served.send(REQUEST)
    served.send(b"GET /other HTTP/1.1\r\nHost: x\r\n\r\n")
    assert await served.settle() == b""
    assert not served.transport.reads
    may_answer.set()
    written = await served.settle()
    assert re.findall(rb"HTTP/1.1 (\d+)", written) == [b"200", b"204"]
    assert served.transport.reads
    served.end()


async def test_nothing_is_written_to_a_client_that_is_gone():
    may_answer, statuses = asyncio.Event(), []

    async def slow(_request: Request, way_out: WayOut) -> None:
        await may_answer.wait()
        await way_out.answer(GOOD)
        statuses.append(way_out.status)

    served = Served(slow)
    served.send(REQUEST)
    await served.settle()
    served.end()
    may_answer.set()
    assert await served.settle() == b""
    assert statuses == [200]  # as it is noted
    assert served.state.tasks == set()


async def test_a_server_that_stops_answers_what_is_under_way_and_closes():
    may_answer = asyncio.Event()

    async def slow(_request: Request, way_out: WayOut) -> None:
        await may_answer.wait()
        await way_out.answer(GOOD)

    served = Served(slow)
    served.send(REQUEST)
    await served.settle()
    served.connection.shutdown()
    assert not served.transport.closed
    may_answer.set()
    assert b"\r\nconnection: close\r\n\r\ngood" in await served.settle()
    assert served.transport.closed


async def test_a_server_that_stops_closes_what_is_idle():
    served = Served(good)
    served.send(REQUEST)
    await served.settle()
    served.connection.shutdown()
    assert served.transport.closed


async def test_an_answer_that_closes_says_so_once():
    async def closing(_request: Request, way_out: WayOut) -> None:
        await way_out.answer(GOOD._replace(headers=((b"connection", b"close"),)))

    served = Served(closing)
    served.send(REQUEST)
    assert (await served.settle()).count(b"connection: close") == 1
    assert served.transport.closed


async def test_a_client_that_does_not_read_is_not_written_to():
    may_answer = asyncio.Event()

    async def slow(_request: Request, way_out: WayOut) -> None:
        await may_answer.wait()
        await way_out.answer(GOOD)

    served = Served(slow)
    served.send(REQUEST)
    await served.settle()
    served.connection.pause_writing()
    may_answer.set()
    assert await served.settle() == b""
    served.connection.resume_writing()
    assert (await served.settle()).endswith(b"good")
    served.end()


async def test_who_does_not_read_is_served_the_usual_way():
    served = Served(good)
    served.connection.pause_writing()
    served.send(REQUEST)
    await served.settle()
    assert served.app.requests == []
    served.end()
    await served.settle()


@pytest.mark.parametrize(
    "header",
    [(b"x", b"a\r\nset-cookie: b"), (b"x", b"a\nb"), (b"x", b"a\0"), (b"x", b"\x7f"), (b"x\r\ny", b"a")],
)
async def test_no_header_can_begin_another(header: tuple[bytes, bytes], caplog: pytest.LogCaptureFixture):
    async def odd(_request: Request, way_out: WayOut) -> None:
        await way_out.answer(GOOD._replace(headers=(header,)))

    served = Served(odd)
    served.send(REQUEST)
    written = await served.settle()
    assert written.startswith(
        b"HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/plain; charset=utf-8\r\n"
    )
    assert written.endswith(b"\r\nconnection: close\r\n\r\nInternal Server Error")
    assert (header[0] + b": " not in written, served.transport.closed) == (True, True)
    assert "Invalid HTTP header" in caplog.text


async def test_a_tabulator_may_stand_in_a_header():
    async def tabbed(_request: Request, way_out: WayOut) -> None:
        await way_out.answer(GOOD._replace(headers=((b"x", b"a\tb"),)))

    served = Served(tabbed)
    served.send(REQUEST)
    assert b"x: a\tb\r\n" in await served.settle()
    served.end()


async def test_what_takes_longer_than_a_server_that_stops_waits_is_told_so(caplog: pytest.LogCaptureFixture):
    async def endless(_request: Request, _way_out: WayOut) -> None:
        await asyncio.Event().wait()

    served = Served(endless)
    served.send(REQUEST)
    await served.settle()
    (task,) = served.state.tasks
    task.cancel()
    assert (await served.settle()).startswith(b"HTTP/1.1 500 ")
    assert served.transport.closed


async def test_a_body_that_was_counted_wrongly_waits_for_its_rest():
    served = Served(good)
    served.connection._is_usual = lambda: True  # type: ignore[method-assign]
    served.send(REQUEST[:-1])
    assert await served.settle() == b""
    served.send(REQUEST[-1:])
    assert (await served.settle()).endswith(b"good")
    assert served.app.requests[0].body == b"{}"
    served.end()


def test_a_cycle_has_all_that_uvicorn_uses_of_one():
    used = set(re.findall(r"cycle\.(\w+)", inspect.getsource(HttpToolsProtocol)))
    assert used == {
        "body", "disconnected", "keep_alive", "message_event", "more_body", "response_complete", "run_asgi",
    }  # fmt: skip
    assert used <= set(dir(WholeCycle))


def test_uvicorn_answers_as_it_did_when_this_was_written():
    """Where this fails uvicorn has changed: follow it in `WholeCycle`, then name its members here."""
    parameters = list(inspect.signature(RequestResponseCycle.__init__).parameters)[1:]
    assert parameters == [
        "scope", "transport", "flow", "logger", "access_logger", "access_log", "default_headers",
        "message_event", "expect_100_continue", "keep_alive", "on_response",
    ]  # fmt: skip
    members = {name for name, value in vars(HttpToolsProtocol).items() if inspect.isfunction(value)}
    assert members == {
        "__init__", "_get_upgrade", "_should_upgrade", "_should_upgrade_to_ws", "_start_asgi_task",
        "_unset_keepalive_if_required", "_unsupported_upgrade_warning", "connection_lost", "connection_made",
        "data_received", "eof_received", "handle_websocket_upgrade", "on_body", "on_header",
        "on_headers_complete", "on_message_begin", "on_message_complete", "on_response_complete", "on_url",
        "pause_writing", "resume_writing", "send_400_response", "shutdown", "timeout_keep_alive_handler",
    }  # fmt: skip


def test_the_server_sets_nothing_that_only_uvicorns_own_cycle_would_heed():
    app = StandInApp(good)
    config = configuration(app)  # type: ignore[arg-type]
    config.load()
    assert config.loaded_app is app
    assert (config.limit_concurrency, config.root_path, config.access_log) == (None, "", False)

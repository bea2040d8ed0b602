"""The short way of the usual request: whole in one piece, for the API, answered in one piece.

uvicorn prepares each request for whatever may come: a body in many parts, an answer that streams, each
header to be judged. What devices send needs none of it, and it took a fifth of a validation's time. So such a
request gets a :class:`WholeCycle` where all others get uvicorn's own cycle. Parsing, framing, pipelining,
keeping alive and the end of a connection remain uvicorn's: the cycle here has the members that it uses.
"""

import re
from typing import Any, Final, Protocol, TypeGuard

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from mooring.server.web.http.requests import Answer, Headers, Request, Scope, WayOut, headers_of

WHOLE_LIMIT: Final = 16 * 1024
"""Bytes that a piece may have: a renewal has 2,000, and a longer body may have to wait for its client."""
_PLAIN_PATH: Final = re.compile(rb"(?:/[A-Za-z0-9_-]+)+")
"""What is a path and nothing else, spelled in one way only."""
_UNUSUAL: Final = frozenset({b"transfer-encoding", b"expect", b"upgrade", b"content-encoding"})
_FRAMINGS: Final = frozenset({b"content-length", b"transfer-encoding"})
_CONTROLS: Final = bytes([*range(0x09), *range(0x0A, 0x20), 0x7F])
"""What no header's value may have (RFC 9110, 5.5): it could begin another header, or end them all."""
_FAULT: Final = (
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"content-length", b"21"),
    (b"connection", b"close"),
)


class App(Protocol):
    """What serves whole requests."""

    def serves_whole(self, path: str) -> bool:
        """Tell whether ``path`` is one whose requests may come the short way."""

    def whole_request(self, scope: Scope, body: bytes) -> Request:
        """Return the request that came with its whole ``body``, as made now."""

    async def serve(self, request: Request, way_out: WayOut) -> None:
        """Answer ``request`` through ``way_out``, and note it."""


class ShortWayConnection(HttpToolsProtocol):
    """Sends the usual request the short way, and leaves every other to uvicorn."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as uvicorn makes it
        super().__init__(*args, **kwargs)
        self._piece = b""

    def data_received(self, data: bytes) -> None:
        """Read ``data``, which may be a whole request."""
        self._piece = data
        super().data_received(data)
        self._piece = b""

    def on_headers_complete(self) -> None:
        """Begin a cycle: the short one, if the request is usual."""
        if not self._is_free() or not self._is_usual():
            self._check_framed_once()
            super().on_headers_complete()
            self.headers = []  # the request's own are whole: a trailer must not be taken for one of them
            return
        self.scope["method"] = "POST"
        self.scope["path"] = self.url.decode("ascii")
        self.scope["raw_path"] = self.url
        self.scope["query_string"] = b""
        self.cycle = WholeCycle(self)  # type: ignore[assignment]

    def on_message_complete(self) -> None:
        """Take the request's end: what goes the short way starts now, in the loop's next turn."""
        super().on_message_complete()
        if _is_short(self.cycle) and not self.cycle.is_started:
            self.cycle.is_started = True
            self._start_asgi_task(self.cycle, self.app)  # type: ignore[arg-type]

    def _check_framed_once(self) -> None:
        """Refuse a body with two ends: whoever stands in front may see the other one (RFC 9112, 6.1)."""
        if {name for name, _ in self.headers} >= _FRAMINGS:
            raise ValueError("both a length and a transfer coding")  # answered with 400, and closed

    def _is_free(self) -> bool:
        """Tell whether nothing is under way, so that this request is the next to be answered."""
        return (self.cycle is None or self.cycle.response_complete) and not self.flow.write_paused

    def _is_usual(self) -> bool:
        """Tell whether the rest of this piece is the whole body, and nothing asks for anything else."""
        parser, piece = self.parser, self._piece
        if parser.get_method() != b"POST" or len(piece) > WHOLE_LIMIT or parser.should_upgrade():
            return False
        if parser.get_http_version() != "1.1" or not parser.should_keep_alive():
            return False
        lengths = []
        for name, value in self.headers:
            if name in _UNUSUAL:
                return False
            if name == b"content-length":
                lengths.append(value)
        head = piece.find(b"\r\n\r\n") + 4
        if head < 4 or len(lengths) != 1 or lengths[0] != b"%d" % (len(piece) - head):
            return False
        app: App = self.app
        return _PLAIN_PATH.fullmatch(self.url) is not None and app.serves_whole(self.url.decode("ascii"))


class WholeCycle:
    """One request that is whole, and its way out; for uvicorn's connection, a cycle."""

    __slots__ = (
        "_connection",
        "_request_id",
        "_scope",
        "body",
        "disconnected",
        "is_started",
        "keep_alive",
        "message_event",
        "more_body",
        "response_complete",
        "status",
    )

    def __init__(self, connection: ShortWayConnection) -> None:
        self._connection = connection
        self._scope: Scope = connection.scope  # type: ignore[assignment]
        self._request_id = ""
        self.status: int | None = None
        self.is_started = False
        # What uvicorn's connection reads and writes:
        self.body = b""
        self.more_body = True
        self.disconnected = False
        self.keep_alive = True
        self.response_complete = False
        self.message_event = _NOBODY_WAITS

    async def run_asgi(self, app: App) -> None:
        """Have the request answered; where ``app`` could not, say so as uvicorn does."""
        try:
            request = app.whole_request(self._scope, self.body)
            self._request_id = request.id
            self.body = b""  # an idle connection keeps its last cycle
            await app.serve(request, self)
        except BaseException as fault:  # also when the server no longer waits for it
            self._connection.logger.error("Exception in ASGI application\n", exc_info=fault)  # noqa: TRY400
        if not self.response_complete and not self.disconnected:
            self._write(500, _FAULT, b"Internal Server Error")

    async def answer(self, answer: Answer) -> None:
        """Send ``answer``, unless the client is gone."""
        self.status = answer.status
        if self._connection.flow.write_paused and not self.disconnected:
            await self._connection.flow.drain()
        if not self.disconnected:
            self._write(answer.status, headers_of(answer, self._request_id), answer.body)

    def _write(self, status: int, headers: Headers, body: bytes) -> None:
        connection = self._connection
        headers = [*connection.server_state.default_headers, *headers]
        lines = b"".join([b"%s: %s\r\n" % header for header in headers])
        if len(lines) - len(lines.translate(None, _CONTROLS)) != 2 * len(headers):
            raise RuntimeError("Invalid HTTP header.")
        head = STATUS_LINE[status] + lines
        if b"\r\nconnection: " in head:  # `close`: no answer of ours names another option
            self.keep_alive = False
        elif not self.keep_alive:
            head += b"connection: close\r\n"
        connection.transport.write(b"%s\r\n%s" % (head, body))
        self.response_complete = True
        if not self.keep_alive:
            connection.transport.close()
        connection.on_response_complete()


class _NobodyWaits:
    """Stands for the event that wakes whoever waits for more of a body: here nobody does."""

    def set(self) -> None:
        pass


_NOBODY_WAITS: Final = _NobodyWaits()


def _is_short(cycle: object) -> TypeGuard[WholeCycle]:
    return type(cycle) is WholeCycle

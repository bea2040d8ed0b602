"""Two ways to send one HTTP request: into an ASGI application in this process, or over a socket."""

import asyncio
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol
from urllib.parse import unquote

Headers = Sequence[tuple[str, str]]


class Reply(NamedTuple):
    """What came back. Header names are in lower case."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the header ``name``; a test that meets it twice fails."""
        values = [value for header, value in self.headers if header == name]
        assert len(values) <= 1, f"{name} came {len(values)} times"
        return values[0] if values else None

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str | None:
        """The code of the refusal, None when it is none."""
        return self.json()["code"] if self.header("content-type") == "application/problem+json" else None


class Unanswered(OSError):
    """There was an answer, but it tells nothing: the database was away."""


def told(reply: Reply) -> Reply:
    """Return ``reply`` if it tells anything; that the server cannot answer now counts as no answer."""
    if reply.status != 503:
        return reply
    assert reply.code == "service_unavailable", reply.body
    assert int(reply.header("retry-after") or 0) > 0
    raise Unanswered


class Client(Protocol):
    """Sends requests."""

    async def send(self, method: str, path: str, headers: Headers = (), body: bytes = b"") -> Reply: ...


class AsgiClient:
    """Calls an ASGI application directly."""

    def __init__(self, app: Any, *, address: str = "192.0.2.7", host: str = "127.0.0.1:8000") -> None:
        self.app = app
        self.address = address
        self.host = host

    async def send(
        self,
        method: str,
        path: str,
        headers: Headers = (),
        body: bytes = b"",
        *,
        chunks: Iterable[bytes] | None = None,
    ) -> Reply:
        """Send one request; with ``chunks`` its body comes in parts, and no length is announced."""
        raw_path, _, query = path.partition("?")
        given = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        if not any(name == b"host" for name, _ in given):
            given.append((b"host", self.host.encode()))
        if chunks is None and body:
            given.append((b"content-length", str(len(body)).encode()))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(raw_path),
            "raw_path": raw_path.encode("latin-1"),
            "query_string": query.encode("latin-1"),
            "root_path": "",
            "headers": given,
            "client": (self.address, 50_000),
            "server": ("127.0.0.1", 8000),
        }
        incoming = _messages([body] if chunks is None else chunks)
        outgoing: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return next(incoming, {"type": "http.disconnect"})

        async def send(message: dict[str, Any]) -> None:
            outgoing.append(message)

        await self.app(scope, receive, send)
        start, *rest = outgoing
        answer = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
        return Reply(start["status"], answer, b"".join(part.get("body", b"") for part in rest))


def _messages(parts: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for part in parts:
        yield {"type": "http.request", "body": part, "more_body": True}
    yield {"type": "http.request", "body": b"", "more_body": False}


class SocketClient:
    """Speaks HTTP/1.1 to a real server, one connection a request."""

    def __init__(self, address: str, *, patience: float = 30.0) -> None:
        self.host, _, port = address.removeprefix("http://").partition(":")
        self.port = int(port)
        self.patience = patience

    async def send(self, method: str, path: str, headers: Headers = (), body: bytes = b"") -> Reply:
        """Send one request and wait for its whole answer."""
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            "Connection: close",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in headers),
        ]
        return parse_reply(await self.send_raw(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body))

    async def send_raw(self, data: bytes) -> bytes:
        """Send exactly ``data`` and return everything that comes until the server closes."""
        async with asyncio.timeout(self.patience):
            reader, writer = await asyncio.open_connection(self.host, self.port)
            try:
                writer.write(data)
                await writer.drain()
                return await reader.read()
            finally:
                writer.close()
                await writer.wait_closed()


def parse_reply(data: bytes) -> Reply:
    """Return the one answer in ``data``, as a server that closes the connection sends it."""
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    if dict(headers).get("transfer-encoding") == "chunked":
        body = _joined(body)
    return Reply(int(first.split(" ")[1]), headers, body)


def _joined(chunked: bytes) -> bytes:
    whole = b""
    while chunked:
        length, _, rest = chunked.partition(b"\r\n")
        size = int(length, 16)
        whole, chunked = whole + rest[:size], rest[size + 2 :]
        if size == 0:
            break
    return whole

"""A load of prepared HTTP requests over some kept-alive connections, and how long each took."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvloop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

CONNECTIONS = 32


@dataclass(frozen=True)
class Answer:
    """What came back for one request."""

    status: int
    head: bytes
    body: bytes
    seconds: float


@dataclass(frozen=True)
class Result:
    """What a load came to."""

    answers: list[Answer]
    seconds: float
    processor_seconds: float = 0.0
    """What the server's process used of them, if it was watched."""

    @property
    def a_second(self) -> float:
        """Requests a second."""
        return len(self.answers) / self.seconds

    @property
    def processor_microseconds(self) -> float:
        """The server's processor time for one request, in microseconds."""
        return 1e6 * self.processor_seconds / len(self.answers)

    def percentile(self, share: float) -> float:
        """Return the time, in milliseconds, within which ``share`` of the answers came."""
        times = sorted(answer.seconds for answer in self.answers)
        return 1000 * times[min(len(times) - 1, int(share * len(times)))]

    def expect(self, *statuses: int) -> Result:
        """Return this result, if every answer has one of ``statuses``."""
        for answer in self.answers:
            if answer.status not in statuses:
                raise AssertionError(f"answered {answer.status}: {answer.body[:300]!r}")
        return self


def request(
    method: str, address: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> bytes:
    """Return the bytes of one HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {urlsplit(address).netloc}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def send_all(address: str, requests: Sequence[bytes], connections: int = CONNECTIONS) -> Result:
    """Send ``requests`` over ``connections``, each sending its next when the last was answered."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_send_all(address, requests, connections))


async def _send_all(address: str, requests: Sequence[bytes], connections: int) -> Result:
    where = urlsplit(address)
    answers: list[Answer] = []
    waiting = iter(requests)
    loop = asyncio.get_running_loop()
    done = [loop.create_future() for _ in range(connections)]
    began = time.perf_counter()
    for future in done:
        await loop.create_connection(
            lambda f=future: _Connection(waiting, answers.append, f), where.hostname, where.port
        )
    await asyncio.gather(*done)
    return Result(answers, time.perf_counter() - began)


class _Connection(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(
        self, waiting: Iterator[bytes], answered: Callable[[Answer], None], done: asyncio.Future[None]
    ) -> None:
        self._waiting, self._answered, self._done = waiting, answered, done
        self._buffer = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment]
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        lowered = head.lower()
        at = lowered.find(b"content-length:")
        length = int(lowered[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(body) < length:
            return
        self._buffer = b""
        self._answered(Answer(int(head[9:12]), head, body, time.perf_counter() - self._sent_at))
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(error or ConnectionError("the server closed the connection"))

    def _next(self) -> None:
        request_bytes = next(self._waiting, None)
        if request_bytes is None:
            if not self._done.done():
                self._done.set_result(None)
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request_bytes)

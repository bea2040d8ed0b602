"""One connection: bounds on headers and on patience, which uvicorn leaves to whoever stands in front."""

import asyncio
from typing import Any

from mooring.server.web.connections.short_way import ShortWayConnection

HEADER_LIMIT = 16 * 1024
"""Bytes that the request line and the headers may have: a proof and a certificate fit."""
FRAMING_LIMIT = 512 * 1024
"""Bytes beside its body that a whole request may have: a body of 64 KiB in chunks of one byte fits."""
TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
PATIENCE = 15.0
"""Seconds in which a request must be whole, from its first byte (from connecting, for the first one)."""
READING_PATIENCE = 60.0
"""Seconds in which a client must take its answers, until there is room for more or the last is gone."""
PIPELINE_LIMIT = 100
"""Requests that may wait for the one before them: one piece that arrives can have thousands."""


class PatientConnection(ShortWayConnection):
    """Closes a connection whose request is too slow, and refuses one whose headers are too long."""

    header_limit = HEADER_LIMIT
    patience = PATIENCE
    reading_patience = READING_PATIENCE

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as uvicorn makes it
        super().__init__(*args, **kwargs)
        self._part_bytes = 0
        self._framing_bytes = 0
        self._is_refused = False
        self._in_head = False
        self._reading = False
        self._deadline: asyncio.TimerHandle | None = None
        self._untaken: asyncio.TimerHandle | None = None
        self._running: Any = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to wait for the first request."""
        super().connection_made(transport)
        self._reading = True
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting, and let what still runs know that nobody is left."""
        self._stop_waiting()
        if self._untaken is not None:
            self._untaken.cancel()
        self.pipeline.clear()
        if self._running is not None and not self._running.response_complete:
            self._running.disconnected = True  # uvicorn tells the last request only, and others may wait
            self._running.message_event.set()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Wait for the client to read, and not for ever."""
        super().pause_writing()
        self._wait_for_reader()

    def resume_writing(self) -> None:
        """Go on: the client has read."""
        super().resume_writing()
        if self._untaken is not None and not self.transport.is_closing():
            self._untaken.cancel()
            self._untaken = None

    def timeout_keep_alive_handler(self) -> None:
        """Close the idle connection, also where its client has not read the last answer."""
        super().timeout_keep_alive_handler()
        self._wait_for_reader()

    def on_response_complete(self) -> None:
        """Go on; where that was the last answer, its client has to take it in time."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._wait_for_reader()

    def data_received(self, data: bytes) -> None:
        """Read ``data``; while the request it belongs to is not whole, its time runs."""
        self._part_bytes = len(data)
        self._framing_bytes += self._part_bytes
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._reading:
            self._wait()
            self._check_framing()
        elif self.cycle is not None and self.cycle.response_complete:
            self._wait()  # bytes that begin no request: uvicorn stopped its own clock at them
        else:
            self._stop_waiting()

    def on_message_begin(self) -> None:
        """Start to count what a request has beside its body."""
        if not self._reading:
            self._stop_waiting()  # its time runs from here
        self._reading = self._in_head = True
        self._framing_bytes = 0
        self._is_refused = False
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Start the request, unless its address and headers are too long."""
        self._in_head = False
        if not self._fits():
            self._is_refused = True
            self._refuse_headers()
        elif len(self.pipeline) >= PIPELINE_LIMIT:
            self._is_refused = True
            self.transport.close()
            self._wait_for_reader()
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body, unless the request was refused for its headers."""
        self._framing_bytes = max(0, self._framing_bytes - len(body))
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Take the request's end."""
        self._reading = False
        if not self._is_refused:
            super().on_message_complete()

    def _fits(self) -> bool:
        if self._framing_bytes + self._part_bytes <= self.header_limit:
            return True  # nearly always all of it came in one short part, and need not be counted
        length = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        return length <= self.header_limit

    def _check_framing(self) -> None:
        """Refuse a header, a trailer or a chunk's extension that never ends.

        The parser shows a header only when it is whole, and until then copies all of it with every part that
        arrives: one connection would take the whole process.
        """
        if self._in_head and (self._framing_bytes > self.header_limit or not self._fits()):
            self._refuse_headers()
        elif self._framing_bytes > FRAMING_LIMIT:
            self.transport.close()

    def _refuse_headers(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(TOO_LONG)
            self.transport.close()

    def _wait(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.patience, self._give_up)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.close()
            self._wait_for_reader()

    def _wait_for_reader(self) -> None:
        if self._untaken is None:
            self._untaken = self.loop.call_later(self.reading_patience, self.transport.abort)

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:  # noqa: ANN401 - as uvicorn has it
        self._running = cycle
        super()._start_asgi_task(cycle, app)

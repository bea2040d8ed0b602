"""The browser that the system opens, and a listener on this computer alone (RFC 8252 §7.3)."""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
import time
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from mooring.core.jose.digest import sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_CALLBACK = "/callback"
_A_LOOK = 0.25
"""Seconds. A person who gives up is heard only between two waits, and so is Ctrl+C on some platforms."""
_A_REQUEST = 10
_TO_OPEN = 3
"""Seconds in which a browser that cannot be opened says so."""
_LONGEST_QUERY = 8192

_STYLE = (
    "body{font:1.125rem/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1.5rem}"
    "h1{font-size:1.5rem;font-weight:600}"
)
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
<main>
<h1>{title}</h1>
<p>{text}</p>
</main>
"""
_STYLE_HASH = b64encode(sha256(_STYLE.encode())).decode()
_DONE = ("You can close this page", "Go back to the program: it goes on there.")
_ELSEWHERE = ("Nothing is here", "This page is not the answer that the program waits for.")

_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",  # the code is in the address
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
}


class SystemBrowser:
    """The browser that the operating system opens for an address."""

    @contextlib.contextmanager
    def listening(self) -> Iterator[LoopbackListener]:
        """Listen on a free port of 127.0.0.1 for the block; never on an address that others can reach."""
        listener = LoopbackListener()
        try:
            yield listener
        finally:
            listener.close()

    def open(self, address: str) -> bool:
        """Open ``address``; False where there is no window for a browser."""
        if _has_no_window(os.environ):
            return False
        opened: queue.SimpleQueue[bool] = queue.SimpleQueue()
        threading.Thread(target=_open, args=(address, opened), name="mooring-browser", daemon=True).start()
        try:
            return opened.get(timeout=_TO_OPEN)
        except queue.Empty:  # some browsers return only when the person closes them
            return True


class LoopbackListener:
    """Waits for what a browser brings back. Others may ask as well: they are told that nothing is here.

    A browser opens connections ahead of need and sends nothing on them, so each has a thread of its own.
    """

    def __init__(self) -> None:
        self._arrived: queue.SimpleQueue[_Arrival] = queue.SimpleQueue()
        arrived = self._arrived

        class Handler(_Handler):
            brought = arrived

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Handler.own_name = f"127.0.0.1:{self._server.server_port}"
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.redirect_uri = f"http://127.0.0.1:{self._server.server_port}{_CALLBACK}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="mooring-sign-in", daemon=True
        )
        self._thread.start()

    def wait(
        self,
        is_answer: Callable[[Mapping[str, str]], bool],
        *,
        seconds: float,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Mapping[str, str] | None:
        """Return the first parameters that are the answer.

        None if there were none within ``seconds``, or until it was ``cancelled``.
        """
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0 and not cancelled():
            try:
                arrival = self._arrived.get(timeout=min(left, _A_LOOK))
            except queue.Empty:
                continue
            good = is_answer(arrival.parameters)
            arrival.judge(good)
            if good:
                arrival.told.wait(_A_REQUEST)  # the person is to read the page before the listener goes
                return arrival.parameters
        return None

    def close(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(_A_REQUEST)


class _Arrival:
    """What one request brought, and whether it was what the program waits for."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self.parameters = parameters
        self.told = threading.Event()
        self._judged = threading.Event()
        self._good = False

    def judge(self, good: bool) -> None:
        self._good = good
        self._judged.set()

    def judgement(self) -> bool:
        return self._judged.wait(_A_REQUEST) and self._good


class _Handler(BaseHTTPRequestHandler):
    brought: queue.SimpleQueue[_Arrival]
    own_name: str
    timeout = _A_REQUEST
    server_version = "mooring"
    sys_version = ""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if (
            address.path != _CALLBACK
            or len(address.query) > _LONGEST_QUERY
            or self.headers.get("Host") != self.own_name
        ):
            self._tell(404, *_ELSEWHERE)
            return
        arrival = _Arrival(_parameters(address.query))
        self.brought.put(arrival)
        good = arrival.judgement()
        try:
            self._tell(200, *_DONE) if good else self._tell(400, *_ELSEWHERE)
        finally:
            arrival.told.set()

    def _tell(self, status: int, title: str, text: str) -> None:
        body = _PAGE.format(title=title, text=text, style=_STYLE).encode()
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):  # whoever asked has gone
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing: the address carries the code."""


def _open(address: str, opened: queue.SimpleQueue[bool]) -> None:
    import webbrowser  # noqa: PLC0415 - looks for browsers when it is imported

    try:
        opened.put(webbrowser.open(address))
    except (webbrowser.Error, OSError):
        opened.put(False)


def _parameters(query: str) -> dict[str, str]:
    """Return the parameters of ``query``; one that is given twice is given as no one may give it: empty."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=32):
        found[name] = "" if name in found else value
    return found


def _has_no_window(environ: Mapping[str, str]) -> bool:
    """Tell whether a browser could only take over the terminal, as text browsers do."""
    if sys.platform in {"win32", "darwin"}:
        return False
    return not any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))

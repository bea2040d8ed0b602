"""One request and its answer, over HTTP/1.1, before a deadline. Redirects are never followed."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from mooring.client.adapters.network.in_time import in_time
from mooring.client.adapters.network.route import route_to
from mooring.client.adapters.system.making import making
from mooring.client.domain.errors import ServerUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mooring.client.adapters.network.route import Route
    from mooring.client.domain.deadline import Deadline

MOST_BYTES = 1024 * 1024
"""The longest answer that is read; everything that Mooring's servers say is far shorter."""

_CHUNK = 64 * 1024

_CUT = "the connection ended before its answer was whole"
_CAUSES: tuple[tuple[type[Exception], str], ...] = (
    (socket.gaierror, "its name cannot be found"),
    (ssl.SSLError, "no secure connection could be made"),
    (ConnectionRefusedError, "nothing answers at its address"),
    (TimeoutError, "it did not answer in time"),
    (http.client.HTTPException, _CUT),
    (ConnectionError, _CUT),
)


class Request(NamedTuple):
    """One request, ready to be sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


class Answer(NamedTuple):
    """One whole answer; ``headers`` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@cache
def system_trust() -> ssl.SSLContext:
    """Return what the operating system trusts, loaded on first use: it costs 40 ms."""
    with making:
        import truststore  # noqa: PLC0415 - see above

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def exchange(
    request: Request, deadline: Deadline, *, tls: Callable[[], ssl.SSLContext] = system_trust
) -> Answer:
    """Send ``request`` and return the whole answer.

    Raises:
        ServerUnreachable: there was none before the deadline, or only part of one, or too much.
    """
    attempt = _Attempt(request, deadline, tls)
    return in_time(attempt.run, deadline, abandon=attempt.abandon)


def plain_cause(error: Exception) -> str:
    """Return what went wrong with a connection, in plain words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"this computer does not trust its TLS certificate ({error.verify_message})"
    for kind, cause in _CAUSES:
        if isinstance(error, kind):
            return cause
    return f"the connection failed ({type(error).__name__})"


def open_connection(
    route: Route, deadline: Deadline, tls: Callable[[], ssl.SSLContext]
) -> http.client.HTTPConnection:
    """Return a connection that is set up for ``route`` and not yet open."""
    hop, seconds = route.first_hop, max(0.001, deadline.remaining)
    if not route.secure:
        return http.client.HTTPConnection(hop.host, hop.port, timeout=seconds)
    connection = http.client.HTTPSConnection(hop.host, hop.port, timeout=seconds, context=tls())
    if route.proxy:
        says = {"Proxy-Authorization": route.proxy.authorization} if route.proxy.authorization else {}
        connection.set_tunnel(route.server.host, route.server.port, headers=says)
    return connection


class _Attempt:
    """One exchange in its own thread, which may be abandoned at any instant."""

    def __init__(self, request: Request, deadline: Deadline, tls: Callable[[], ssl.SSLContext]) -> None:
        self._request = request
        self._deadline = deadline
        self._tls = tls
        self._socket: socket.socket | None = None
        self._abandoned = False

    def run(self) -> Answer:
        route = route_to(self._request.url)
        try:
            with contextlib.closing(open_connection(route, self._deadline, self._tls)) as connection:
                return self._talk(connection, route)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ServerUnreachable(plain_cause(error)) from error

    def abandon(self) -> None:
        """Cut the connection, so that the thread ends."""
        self._abandoned = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _talk(self, connection: http.client.HTTPConnection, route: Route) -> Answer:
        connection.connect()
        # Kept here too: once it has the head of the answer, the connection no longer knows its socket.
        self._socket = connection.sock
        if self._abandoned:  # what nobody knows of must not be sent
            raise TimeoutError
        request = self._request
        headers = {**request.headers, "Connection": "close"}
        parts = urlsplit(request.url)
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        if route.proxy and not route.secure:
            target = request.url
            if route.proxy.authorization:
                headers["Proxy-Authorization"] = route.proxy.authorization
        connection.request(request.method, target, body=request.body, headers=headers)
        with connection.getresponse() as response:
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, _read_whole(response))


def _read_whole(response: http.client.HTTPResponse) -> bytes:
    promised = response.length  # None without a Content-Length
    body = b""
    while chunk := response.read(_CHUNK):
        body += chunk
        if len(body) > MOST_BYTES:
            raise ServerUnreachable("its answer is far too long")
    if promised is not None and len(body) < promised:  # `read` with a size does not tell
        raise ServerUnreachable(_CUT)
    return body

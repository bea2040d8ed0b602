"""A request as it came in, and the answer that goes out: one small type each, over bare ASGI."""

import os
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from mooring.core.refusals import InvalidRequest, PayloadTooLarge

if TYPE_CHECKING:
    from mooring.core.proof.verify import VerifiedProof
    from mooring.server.licensing.domain.holder import AccountRef

BODY_LIMIT = 64 * 1024
"""Bytes that a request's body may have."""
DRAIN_LIMIT = 1024 * 1024
"""Bytes of a body that is too long which are still read, and dropped: a client that is cut off while it sends
never sees why it was refused."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = Sequence[tuple[bytes, bytes]]
Network = IPv4Network | IPv6Network

SAFE: Headers = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
"""What every answer carries, unless it chose for itself."""


class ClientGone(Exception):
    """The client closed the connection before its request was whole: there is nobody to answer."""


class Answer(NamedTuple):
    """What is sent back."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]

    def adding(self, headers: Headers) -> "Answer":
        """Return the answer with those of ``headers`` that it does not carry already."""
        own = {name for name, _ in self.headers}
        return self._replace(headers=(*self.headers, *(each for each in headers if each[0] not in own)))


class Request:
    """One HTTP request, read as far as it is needed."""

    __slots__ = (
        "_receive",
        "account",
        "at",
        "body",
        "headers",
        "id",
        "method",
        "params",
        "path",
        "proof",
        "refused_with",
        "scope",
    )

    def __init__(self, scope: Scope, receive: Receive | None, at: datetime, body: bytes = b"") -> None:
        """Take the request described by ``scope``; it counts as made ``at``.

        Without ``receive`` it came whole, with this ``body``.
        """
        self.scope = scope
        self._receive = receive
        self.at = at
        self.id = os.urandom(8).hex()
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers: Headers = scope["headers"]
        self.params: Mapping[str, str] = {}
        self.body = body
        self.proof: VerifiedProof | None = None
        self.account: AccountRef | None = None
        self.refused_with: str | None = None

    def all_of(self, name: bytes) -> list[bytes]:
        """Return the values of every header ``name`` (in lower case)."""
        return [value for header, value in self.headers if header == name]

    def one_of(self, name: bytes) -> str | None:
        """Return the header ``name``; None when it is absent.

        Raises:
            InvalidRequest: it is there more than once, and two readers might choose differently.
        """
        values = self.all_of(name)
        if len(values) > 1:
            raise InvalidRequest(member=name.decode(), status=400)
        return values[0].decode("latin-1") if values else None

    @property
    def raw_path(self) -> str:
        """The path as it was written in the request, escapes and all."""
        raw = self.scope.get("raw_path") or self.path.encode()
        return bytes(raw).decode("latin-1")

    async def read_body(self) -> bytes:
        """Read the whole body into ``body`` and return it.

        Raises:
            PayloadTooLarge: it says that it is, or turns out to be, longer than ``BODY_LIMIT``.
            ClientGone: it never became whole.
        """
        if self._receive is None:
            return self.body
        announced = self.one_of(b"content-length")
        if announced is not None and (not announced.isdecimal() or int(announced[:20]) > DRAIN_LIMIT):
            raise PayloadTooLarge
        parts, length = [], 0
        more = True
        while more and length <= DRAIN_LIMIT:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            part = message.get("body", b"")
            length += len(part)
            if length <= BODY_LIMIT:
                parts.append(part)
            more = message.get("more_body", False)
        if length > BODY_LIMIT:
            raise PayloadTooLarge
        self.body = b"".join(parts)
        return self.body


def client_address(scope: Scope, trusted_proxies: Sequence[Network]) -> str:
    """Return the address the request came from, as far as it can be believed.

    ``X-Forwarded-For`` is read from its end: each trusted proxy vouches for the address before it, and
    the first address that is not a trusted proxy is the client.
    """
    client = scope.get("client")
    address: str = client[0] if client else "unknown"
    if not trusted_proxies or not _is_among(address, trusted_proxies):
        return address
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    for hop in reversed(forwarded.decode("latin-1").split(",")):
        if not hop.strip():
            continue
        address = _without_port(hop.strip())
        if not _is_among(address, trusted_proxies):
            break
    return address


def _without_port(hop: str) -> str:
    """Return an address without the port that some proxies write with it: each connection has another."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    host, _, port = hop.rpartition(":")
    return host if "." in host and port.isdigit() else hop


def host_of(header: str) -> str:
    """Return the name or address in a ``Host`` header, without its port; empty when there is none to read."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def is_local(scope: Scope) -> bool:
    """Is this request from a program on this computer, not passed on by a proxy on it?"""
    client = scope.get("client")
    names = {name for name, _ in scope["headers"]}
    if not client or names & {b"x-forwarded-for", b"forwarded", b"via", b"x-real-ip"}:
        return False
    try:
        return ip_address(client[0]).is_loopback
    except ValueError:
        return False


def _is_among(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


def headers_of(answer: Answer, request_id: str) -> list[tuple[bytes, bytes]]:
    """Return the headers of ``answer`` to a request with those that every answer carries."""
    headers = [*answer.headers]
    if answer.status not in {204, 304}:
        headers.append((b"content-length", b"%d" % len(answer.body)))
    return _completed(headers, request_id)


def _completed(headers: Headers, request_id: str) -> list[tuple[bytes, bytes]]:
    chosen = {name for name, _ in headers}
    return [
        *headers,
        *[header for header in SAFE if header[0] not in chosen],
        (b"request-id", request_id.encode()),
    ]


class WayOut(Protocol):
    """The way out to one client."""

    @property
    def status(self) -> int | None:
        """The status of the answer, once there is one."""

    async def answer(self, answer: Answer) -> None:
        """Send ``answer``."""


class Outgoing:
    """The way out over ASGI: remembers the status, and adds what every answer carries.

    It is itself an ASGI ``send``, for applications that speak it.
    """

    __slots__ = ("_request", "_send", "status")

    def __init__(self, send: Send, request: Request) -> None:
        self._send = send
        self._request = request
        self.status: int | None = None

    async def answer(self, answer: Answer) -> None:
        """Send ``answer``."""
        headers = [*answer.headers]
        if answer.status not in {204, 304}:
            headers.append((b"content-length", b"%d" % len(answer.body)))
        await self({"type": "http.response.start", "status": answer.status, "headers": headers})
        await self({"type": "http.response.body", "body": answer.body})

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        """Pass on an ASGI message; a ``HEAD`` gets headers only."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = _completed(message["headers"], self._request.id)
        elif self._request.method == "HEAD":
            message["body"] = b""
        await self._send(message)

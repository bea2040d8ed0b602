"""Fetching from providers: not for long, not much, never on to another address, and never in the open."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import httpx
import msgspec
import truststore

from mooring.core.descriptor import is_loopback_host
from mooring.server.identity.domain.federation.refusals import ProviderUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST: Final = 512 * 1024
"""Bytes of an answer: Microsoft's key set, the largest seen, has 20 KiB."""
DEADLINE: Final = 10.0
"""Seconds that one request may take, however slowly its answer drips."""


FAILURE_KEPT: Final = 5.0
"""Seconds for which nobody asks again after a failure: who waited for it must not wait for the next."""


class Failure:
    """The last failure at one place, for a moment."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._refusal: ProviderUnavailable | None = None
        self._at = 0.0

    def note(self, refusal: ProviderUnavailable) -> None:
        """Remember what failed, unless it is what ``check`` raised."""
        if refusal is not self._refusal:
            self._refusal, self._at = refusal, self._clock()

    def check(self) -> None:
        """Return only if nothing failed just now.

        Raises:
            ProviderUnavailable: as it did.
        """
        if self._refusal is not None and self._clock() - self._at < FAILURE_KEPT:
            raise self._refusal.with_traceback(None)


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: its status and the JSON object in it."""

    status: int
    document: Mapping[str, object]


class Fetcher:
    """Asks providers, by httpx."""

    def __init__(self, *, deadline: float = DEADLINE) -> None:
        self._deadline = deadline
        self._client: httpx.AsyncClient | None = None

    async def get(self, address: str, headers: Mapping[str, str] | None = None) -> Fetched:
        """Return the JSON object at ``address``; in it, a list is under the name ``items``.

        Raises:
            ProviderUnavailable: there was no such answer.
        """
        return await self._ask("GET", address, headers or {}, None)

    async def post(self, address: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Fetched:
        """Return the JSON object that answers ``form``.

        Raises:
            ProviderUnavailable: there was no such answer.
        """
        return await self._ask("POST", address, headers, form)

    async def close(self) -> None:
        """Let go of every connection."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _ask(
        self, method: str, address: str, headers: Mapping[str, str], form: Mapping[str, str] | None
    ) -> Fetched:
        if not is_private_way(address):
            raise ProviderUnavailable(f"{_place(address)} is not an https address")
        accept = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "Mooring"}
        try:
            async with (
                asyncio.timeout(self._deadline),
                self._opened().stream(method, address, headers=accept | dict(headers), data=form) as answer,
            ):
                return Fetched(answer.status_code, _document(address, await _read(address, answer)))
        except TimeoutError:
            raise ProviderUnavailable(f"{_place(address)} does not answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict) as error:
            raise ProviderUnavailable(f"{_place(address)} cannot be reached: {error}") from error

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=self._deadline,
                follow_redirects=False,
                verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                limits=httpx.Limits(max_connections=20, max_keepalive_connections=4, keepalive_expiry=30),
                mounts=dict.fromkeys(("all://127.0.0.1", "all://localhost", "all://[::1]")),
            )
        return self._client


def is_private_way(address: str) -> bool:
    """Tell whether nobody can listen on the way to ``address``: it is https, or on this very computer."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    if not host or not address.isascii() or not address.isprintable() or " " in address:
        return False  # nothing that a header would be cut short by, where a browser is sent there
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback_host(host or ""))


async def _read(address: str, answer: httpx.Response) -> bytes:
    if answer.is_redirect:
        raise ProviderUnavailable(f"{_place(address)} sends us on to another address")
    read = bytearray()
    if answer.headers.get("content-encoding", "identity") != "identity":  # nothing is blown up here
        raise ProviderUnavailable(f"{_place(address)} answers compressed, though asked not to")
    async for piece in answer.aiter_raw():
        read += piece
        if len(read) > MOST:
            raise ProviderUnavailable(f"{_place(address)} answers with more than {MOST} bytes")
    return bytes(read)


def _document(address: str, read: bytes) -> Mapping[str, object]:
    try:
        document = msgspec.json.decode(read)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProviderUnavailable(f"{_place(address)} does not answer with JSON") from None
    if isinstance(document, list):
        return {"items": document}
    if not isinstance(document, dict):
        raise ProviderUnavailable(f"{_place(address)} does not answer with a JSON object")
    return document


def _place(address: str) -> str:
    """Return ``address`` without what may be secret in it."""
    return address.partition("?")[0]

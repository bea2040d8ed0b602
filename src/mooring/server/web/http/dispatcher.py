"""The short way through: from a path to its use case, with nothing in between that is not needed."""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeVar

import msgspec

from mooring.core.refusals import InvalidRequest, Refusal, ServiceUnavailable, SignInRequired
from mooring.server.foundation.database.conflicts import through_conflicts
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.licensing.domain.holder import AccountRef
from mooring.server.web.holder_services import CheckAccessToken
from mooring.server.web.http.bodies import read_message
from mooring.server.web.http.idempotency import Idempotency, idempotency_key
from mooring.server.web.http.limits import Limits, limit_headers
from mooring.server.web.http.problems import Problems
from mooring.server.web.http.proofs.doorkeeper import Doorkeeper
from mooring.server.web.http.requests import Answer, Request

RETRY_AFTER = 5
"""Seconds after which a database that was away may be back."""

Handler = Callable[[Request, Any], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One request that this API understands: how it is served and what the document says of it."""

    method: str
    path: str
    """The template, such as ``/v1/activations/{id}/renewals``."""
    handler: Handler
    summary: str
    proof: bool = False
    """Must an installation's key have signed it?"""
    only_reads: bool = False
    """Does it change nothing, although it is no ``GET``?"""
    account: Literal["none", "optional", "required"] = "none"
    """Does it take the access token of somebody who signed in? One needs a proof by the same key."""
    message: type[msgspec.Struct] | None = None
    """The type of its body."""
    may_be_empty: bool = False
    """May its body be missing altogether?"""
    query: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """The parameters that may stand behind its path, each with its JSON schema."""
    answers: Mapping[int, type[msgspec.Struct] | str | None] = field(default_factory=dict)
    """The type, or the media type, of its answers by status."""
    refusals: tuple[str, ...] = ()
    """The codes of the reasons for which it may be refused."""


class _HasAddress(Protocol):
    """Anything that is found by a method and a path."""

    @property
    def method(self) -> str: ...

    @property
    def path(self) -> str: ...


Addressed = TypeVar("Addressed", bound=_HasAddress)


def by_path(routes: Iterable[Addressed]) -> dict[str, dict[str, Addressed]]:
    """Return ``routes`` by path and method; what answers ``GET`` answers ``HEAD``."""
    paths: dict[str, dict[str, Addressed]] = {}
    for route in routes:
        methods = paths.setdefault(route.path, {})
        methods[route.method] = route
        if route.method == "GET":
            methods["HEAD"] = route
    return paths


class Dispatcher:
    """Judges who asks and whether it was asked before, then lets the route's handler answer."""

    def __init__(
        self,
        *,
        doorkeeper: Doorkeeper,
        check_access_token: CheckAccessToken | None,
        limits: Limits,
        idempotency: Idempotency,
        problems: Problems,
    ) -> None:
        self._doorkeeper = doorkeeper
        self._check_access_token = check_access_token
        self._limits = limits
        self._idempotency = idempotency
        self._problems = problems

    async def answer(self, methods: Mapping[str, Route], request: Request) -> Answer:
        """Return the answer to ``request``, whose path has the routes ``methods``; a refusal is one, too."""
        route = methods.get(request.method)
        if route is None:
            return self._no_such_method(methods, request)
        headers: list[tuple[bytes, bytes]] = []
        try:
            answer = await self._judged(route, request, headers)
        except (Refusal, DatabaseUnavailable) as refusal:
            answer = self._refused(refusal, request)
        if route.proof:
            headers.append((b"dpop-nonce", self._doorkeeper.nonce().encode()))
        return answer.adding(headers) if headers else answer

    async def _judged(self, route: Route, request: Request, headers: list[tuple[bytes, bytes]]) -> Answer:
        token = _access_token(route, request)
        if route.message is None and not route.proof:
            return await through_conflicts(lambda: route.handler(request, None))
        await request.read_body()
        if not route.proof:
            return await self._handled(route, request)
        proof = await self._doorkeeper.check(
            request.all_of(b"dpop"),
            method=request.method,
            host=request.one_of(b"host"),
            path=request.raw_path,
            body=request.body,
            access_token=token,
            changes=route.method != "GET" and not route.only_reads,
            at=request.at,
        )
        request.proof = proof
        headers.extend(limit_headers(await self._limits.admit(proof.jkt, at=request.at)))
        if token is not None:
            request.account = await self._account_of(token, proof.jkt, request)
        key = idempotency_key(request) if request.method == "POST" else None
        if key is None:
            return await self._handled(route, request)
        return await self._idempotency.once(
            (proof.jkt, _account_id(request), request.method, request.path, key),
            hashlib.sha256(request.body).digest(),
            at=request.at,
            answer=lambda: self._handled(route, request),
        )

    async def _account_of(self, token: str, jkt: str, request: Request) -> AccountRef:
        if self._check_access_token is None:
            raise SignInRequired  # this server knows no accounts
        check = self._check_access_token
        return await through_conflicts(lambda: check(token, jkt, at=request.at))

    async def _handled(self, route: Route, request: Request) -> Answer:
        try:
            message = None
            if route.message is not None and (request.body or not route.may_be_empty):
                message = read_message(route.message, request)
            return await through_conflicts(lambda: route.handler(request, message))
        except (Refusal, DatabaseUnavailable) as refusal:
            return self._refused(refusal, request)

    def _refused(self, refusal: Refusal | DatabaseUnavailable, request: Request) -> Answer:
        if isinstance(refusal, DatabaseUnavailable):
            refusal = ServiceUnavailable(retry_after=RETRY_AFTER)
        return self._problems.answer(refusal, request)

    def _no_such_method(self, methods: Mapping[str, Route], request: Request) -> Answer:
        allow = (b"allow", ", ".join(sorted({*methods, "OPTIONS"})).encode())
        if request.method == "OPTIONS":
            return Answer(204, b"", (allow,))
        refused = self._problems.answer(InvalidRequest(member="method", status=405), request)
        return refused._replace(headers=(*refused.headers, allow))


def _account_id(request: Request) -> str:
    return "" if request.account is None else request.account.id


def _access_token(route: Route, request: Request) -> str | None:
    """Return the access token that came with the request (RFC 9449, 7.1), if the route takes one.

    Raises:
        SignInRequired: There must be one, or there is what is none, or the route takes none.
    """
    given = request.all_of(b"authorization")
    if not given and route.account != "required":
        return None
    scheme, _, token = (given[0] if len(given) == 1 else b"").decode("latin-1").partition(" ")
    if route.account == "none" or scheme.lower() != "dpop" or not token.isascii() or not token.strip():
        raise SignInRequired
    return token.strip()

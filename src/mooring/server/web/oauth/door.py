"""The door of OAuth: forms in, JSON out, and errors by the protocol's own names (RFC 6749, 5.2)."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from mooring.core.proof.verify import VerifiedProof
from mooring.core.refusals import (
    DeviceProofInvalid,
    InvalidRequest,
    PayloadTooLarge,
    RateLimited,
    Refusal,
    ServiceUnavailable,
)
from mooring.server.foundation.database.conflicts import through_conflicts
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.identity.domain.authorization.oauth_error import OAuthError
from mooring.server.web.http.bodies import json_answer
from mooring.server.web.http.dispatcher import RETRY_AFTER
from mooring.server.web.http.forms import Fields, read_form
from mooring.server.web.http.limits import Limits, limit_headers, retry_headers
from mooring.server.web.http.problems import Problems
from mooring.server.web.http.proofs.doorkeeper import Doorkeeper, NonceDemanded
from mooring.server.web.http.requests import Answer, Request

CLOCK_TOLERANCE: Final = timedelta(hours=24)
"""How wrong a computer's clock may be: as wrong as a certificate's arrival allows."""


class Asked(NamedTuple):
    """A request of OAuth, read, with its proof judged where there must be one."""

    request: Request
    form: Fields
    base: str
    """The address by which this server was reached."""
    proof: VerifiedProof | None

    @property
    def jkt(self) -> str:
        """The thumbprint of the key that asks.

        Raises:
            DeviceProofInvalid: no proof was asked for; the route must say that it wants one.
        """
        if self.proof is None:
            raise DeviceProofInvalid("missing")
        return self.proof.jkt


class OAuthRoute(NamedTuple):
    """One address of the protocol."""

    method: str
    path: str
    handler: Callable[[Asked], Awaitable[Answer]]
    proof: bool = False
    """Must a device's key have signed it?"""


class OAuthDoor:
    """Lets programs in and tells them no in the words of the protocol."""

    def __init__(self, *, doorkeeper: Doorkeeper, limits: Limits, problems: Problems) -> None:
        self._doorkeeper = doorkeeper
        self._limits = limits
        self._problems = problems

    async def answer(self, routes: Mapping[str, OAuthRoute], request: Request) -> Answer:
        """Return the answer to ``request``; an error is one, too."""
        route = routes.get(request.method)
        if route is None:
            return self._no_such_method(routes, request)
        headers: list[tuple[bytes, bytes]] = []
        try:
            asked = await self._judged(route, request, headers)
            answer = await through_conflicts(lambda: route.handler(asked))
        except OAuthError as error:
            answer = error_answer(400, error.error, error.description, request)
        except (Refusal, DatabaseUnavailable) as refusal:
            answer = self._refused(refusal, request)
        if route.proof:
            headers.append((b"dpop-nonce", self._doorkeeper.nonce().encode()))
        return answer.adding(headers)

    async def _judged(self, route: OAuthRoute, request: Request, headers: list[tuple[bytes, bytes]]) -> Asked:
        base = self._doorkeeper.base(request.one_of(b"host"))
        if route.method == "GET":
            return Asked(request, {}, base, None)
        await request.read_body()
        proof = await self._proof(request, headers) if route.proof else None
        return Asked(request, read_form(request), base, proof)

    async def _proof(self, request: Request, headers: list[tuple[bytes, bytes]]) -> VerifiedProof:
        # The proof is that of RFC 9449 and no more: any OAuth client can make it, so it names no body.
        proof = await self._doorkeeper.check(
            request.all_of(b"dpop"),
            method=request.method,
            host=request.one_of(b"host"),
            path=request.raw_path,
            body=b"",
            at=request.at,
        )
        if abs(proof.issued_at - request.at) > CLOCK_TOLERANCE:
            raise DeviceProofInvalid("iat")
        request.proof = proof
        headers.extend(limit_headers(await self._limits.admit(proof.jkt, at=request.at)))
        return proof

    def _refused(self, refusal: Refusal | DatabaseUnavailable, request: Request) -> Answer:
        if isinstance(refusal, NonceDemanded):
            return error_answer(400, "use_dpop_nonce", "use the nonce in the DPoP-Nonce header", request)
        if isinstance(refusal, DeviceProofInvalid):
            return error_answer(400, "invalid_dpop_proof", f"the DPoP proof fails at {refusal.why}", request)
        if isinstance(refusal, InvalidRequest):
            said = f"{_printable(refusal.member or 'the request')} cannot be read, or is there twice"
            return error_answer(refusal.status, "invalid_request", said, request)
        if isinstance(refusal, PayloadTooLarge):
            return error_answer(413, "invalid_request", "the body is too large", request)
        if isinstance(refusal, DatabaseUnavailable):
            refusal = ServiceUnavailable(retry_after=RETRY_AFTER)
        if isinstance(refusal, (RateLimited, ServiceUnavailable)):
            status = 429 if isinstance(refusal, RateLimited) else 503
            busy = error_answer(status, "temporarily_unavailable", "ask again later", request)
            request.refused_with = refusal.code
            return busy._replace(headers=(*busy.headers, *retry_headers(refusal)))
        return self._problems.answer(refusal, request)

    def _no_such_method(self, routes: Mapping[str, OAuthRoute], request: Request) -> Answer:
        allow = (b"allow", ", ".join(sorted({*routes, "OPTIONS"})).encode())
        if request.method == "OPTIONS":
            return Answer(204, b"", (allow,))
        refused = error_answer(405, "invalid_request", "this address has no such method", request)
        return refused._replace(headers=(*refused.headers, allow))


def error_answer(status: int, error: str, description: str, request: Request) -> Answer:
    """Return the protocol's answer of no, and note it for the log."""
    request.refused_with = error
    return json_answer(status, {"error": error, "error_description": description})


def _printable(name: str) -> str:
    """Return ``name``, which a stranger may have chosen, as RFC 6749 lets a description hold it."""
    return "".join(symbol if symbol.isascii() and symbol.isalnum() else "_" for symbol in name)

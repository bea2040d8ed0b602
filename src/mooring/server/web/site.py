"""Everything that is not hot, served by Starlette: health, metrics, the API's document."""

import hmac

from sqlalchemy import literal, select
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request as SiteRequest
from starlette.responses import Response
from starlette.routing import Route as SiteRoute

from mooring.core.descriptor import is_loopback_host
from mooring.core.refusals import InsufficientScope, InvalidRequest, NotFound, Refusal, ServiceUnavailable
from mooring.server.foundation.database.port import Database, DatabaseUnavailable
from mooring.server.foundation.database.statement import Statement
from mooring.server.web.http.bodies import json_answer
from mooring.server.web.http.dispatcher import RETRY_AFTER
from mooring.server.web.http.problems import Problems
from mooring.server.web.http.requests import Answer, Request, host_of, is_local
from mooring.server.web.watch.metrics import Metrics

ADDRESSES = ("/healthz", "/readyz", "/metrics", "/openapi.json")
"""The templates that this site serves."""

_ANYTHING = Statement(select(literal(1).label("one")))


class Site:
    """The handlers of the addresses outside the API.

    Each finds our own ``Request`` under ``state.request``.
    """

    def __init__(
        self,
        *,
        database: Database,
        metrics: Metrics,
        metrics_token: str | None,
        is_published: bool,
        document: bytes,
        problems: Problems,
    ) -> None:
        """Serve the OpenAPI ``document``; show ``metrics`` to who has the token.

        While the server has no address but this computer's own, this computer needs none. Once it
        ``is_published`` a proxy on this computer passes strangers on, and not every proxy says so.
        """
        self._database = database
        self._metrics = metrics
        self._metrics_token = metrics_token
        self._is_published = is_published
        self._document = document
        self._problems = problems

    def app(self) -> Starlette:
        """Return the ASGI application."""
        handlers = (self._health, self._ready, self._show_metrics, self._openapi)
        app = Starlette(
            routes=[
                SiteRoute(address, handler) for address, handler in zip(ADDRESSES, handlers, strict=True)
            ],
            exception_handlers={
                Refusal: self._refused,
                HTTPException: self._not_served,
                Exception: self._fault,
            },
        )
        app.router.redirect_slashes = False
        return app

    async def _health(self, _request: SiteRequest) -> Response:
        """Say that the process answers, nothing more: no restart mends a database that is away."""
        return _response(json_answer(200, {"status": "ok"}))

    async def _ready(self, _request: SiteRequest) -> Response:
        try:
            async with self._database.reading() as session:
                await session.fetch_one(_ANYTHING)
        except DatabaseUnavailable:
            raise ServiceUnavailable(retry_after=RETRY_AFTER) from None
        return _response(json_answer(200, {"status": "ready"}))

    async def _show_metrics(self, request: SiteRequest) -> Response:
        if not (self._is_from_here(request) or self._has_token(request)):
            raise InsufficientScope
        return Response(
            self._metrics.page(),
            headers={"content-type": self._metrics.media_type, "cache-control": "no-store"},
        )

    async def _openapi(self, _request: SiteRequest) -> Response:
        headers = {"content-type": "application/json", "cache-control": "public, max-age=300"}
        return Response(self._document, headers=headers)

    async def _refused(self, request: SiteRequest, refusal: Exception) -> Response:
        if not isinstance(refusal, Refusal):
            raise refusal
        return _response(self._problems.answer(refusal, _ours(request)))

    async def _not_served(self, request: SiteRequest, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        if error.status_code != 405:
            return await self._refused(request, NotFound())
        allow = ", ".join(sorted({"OPTIONS", "HEAD", "GET"}))
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"allow": allow})
        response = await self._refused(request, InvalidRequest(member="method", status=405))
        response.headers["allow"] = allow
        return response

    async def _fault(self, request: SiteRequest, _error: Exception) -> Response:
        return _response(self._problems.fault(_ours(request)))

    def _is_from_here(self, request: SiteRequest) -> bool:
        # A name of its own in ``Host`` is a proxy's, or a page's that had itself resolved to this computer.
        asked_for = {host_of(value) for value in request.headers.getlist("host")}
        named_here = len(asked_for) == 1 and is_loopback_host(asked_for.pop())
        return not self._is_published and named_here and is_local(request.scope)

    def _has_token(self, request: SiteRequest) -> bool:
        if self._metrics_token is None:
            return False
        given = request.headers.getlist("authorization")
        wanted = f"Bearer {self._metrics_token}"
        return len(given) == 1 and hmac.compare_digest(given[0].encode(), wanted.encode())


def _ours(request: SiteRequest) -> Request:
    ours: Request = request.state.request
    return ours


def _response(answer: Answer) -> Response:
    headers = {name.decode(): value.decode() for name, value in answer.headers}
    response = Response(answer.body, status_code=answer.status, headers=headers)
    response.headers["content-length"] = str(len(answer.body))
    return response

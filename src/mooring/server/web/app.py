"""The whole web door as one ASGI application: the API first, the site behind it, one log line for each."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from time import perf_counter
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from mooring.core.descriptor import is_loopback_host
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.web.api.routes import api_routes
from mooring.server.web.http.dispatcher import Dispatcher, by_path
from mooring.server.web.http.idempotency import Idempotency
from mooring.server.web.http.limits import Limits
from mooring.server.web.http.paths import Found, PathTable
from mooring.server.web.http.problems import Problems
from mooring.server.web.http.proofs.doorkeeper import Doorkeeper
from mooring.server.web.http.requests import (
    Answer,
    ClientGone,
    Outgoing,
    Receive,
    Request,
    Scope,
    Send,
    WayOut,
)
from mooring.server.web.oauth.back_channel import BackChannel
from mooring.server.web.oauth.door import OAuthDoor
from mooring.server.web.oauth.endpoints import OAuthEndpoints
from mooring.server.web.openapi import openapi_document
from mooring.server.web.pages.routes import NOWHERE, is_lost, page_routes
from mooring.server.web.pages.visiting.door import Hidden, PageDoor
from mooring.server.web.services import Services
from mooring.server.web.site import ADDRESSES, Site
from mooring.server.web.watch.logs import logger, request_logger
from mooring.server.web.watch.metrics import TELLS_EVERY

HOUSEKEEPING_SECONDS = 600.0
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
CLIENT_GONE = 499
"""nginx's number for a client that did not wait for its answer."""
NO_TEMPLATE = "(unknown)"
"""Stands for a path that is none of ours, in logs and metrics: what a stranger typed is not repeated."""

_Elsewhere = Callable[[], Awaitable[str]]
"""Serves what lies behind no door, and returns the template of its address."""


class WebApp:
    """Answers every request, and writes and counts each once."""

    def __init__(self, services: Services, *, limits: Limits | None = None) -> None:
        """Serve ``services`` within ``limits`` (the usual ones, unless a test brings its own)."""
        limits = limits or Limits(services.budgets, workers=services.workers)
        self._services = services
        self._issuer = services.addresses[0]
        self._metrics = services.metrics
        self._log = logger()
        self._log_request = request_logger()
        self._problems = Problems(lambda: self._issuer)
        self._idempotency = Idempotency(services.database, services.turns)
        routes = api_routes(services, limits, self._metrics)
        self._doorkeeper = doorkeeper = Doorkeeper(services.addresses, services.nonces, services.seen_proofs)
        self._dispatcher = Dispatcher(
            doorkeeper=doorkeeper,
            check_access_token=None if services.holders is None else services.holders.check_access_token,
            limits=limits,
            idempotency=self._idempotency,
            problems=self._problems,
        )
        self._pages = PageDoor(
            addresses=services.addresses,
            trusted_proxies=services.settings.trusted_proxies,
            form_key=services.form_key,
            find_session=services.identity.find_session,
            choose_language=services.identity.choose_language,
        )
        self._doors = (
            _door(by_path(routes), self._dispatcher.answer),
            _oauth_door(services, doorkeeper, limits, self._problems),
            _page_door(self._pages, services, doorkeeper, limits),
        )
        self._site = Site(
            database=services.database,
            metrics=self._metrics,
            metrics_token=services.settings.metrics_token,
            is_published=not all(map(_is_loopback, services.addresses)),
            document=openapi_document(routes, server=services.addresses[0]),
            problems=self._problems,
        ).app()
        self._site_paths = PathTable(dict.fromkeys(ADDRESSES))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the life of the process."""
        if scope["type"] == "http":
            request = Request(scope, receive, self._services.clock.now())
            outgoing = Outgoing(send, request)
            await self._serve(request, outgoing, lambda: self._serve_elsewhere(request, receive, outgoing))
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    def serves_whole(self, path: str) -> bool:
        """Tell whether ``path`` is the API's, whose requests may come the short way."""
        return self._doors[0].find(path) is not None

    def whole_request(self, scope: Scope, body: bytes) -> Request:
        """Return the request that came with its whole ``body``, as made now."""
        return Request(scope, None, self._services.clock.now(), body)

    async def serve(self, request: Request, way_out: WayOut) -> None:
        """Answer ``request`` through ``way_out``, and note it; :meth:`serves_whole` said that it can be."""
        await self._serve(request, way_out, _nowhere)

    async def _serve(self, request: Request, outgoing: WayOut, elsewhere: _Elsewhere) -> None:
        started = perf_counter()
        template = NO_TEMPLATE
        try:
            for find, answer in self._doors:
                if (found := find(request.path)) is not None:
                    template, methods, request.params = found
                    try:
                        await outgoing.answer(await answer(methods, request))
                    except Hidden:  # then it is not there, as if no door had it
                        continue
                    break
            else:
                template = await elsewhere()
        except ClientGone:
            request.refused_with = "client_gone"
        except Exception:  # noqa: BLE001 - the last one who can answer
            self._log.exception("fault", request=request.id, route=template)
            if outgoing.status is None:
                await outgoing.answer(self._fault(request))
        self._note(request, template, outgoing.status or CLIENT_GONE, perf_counter() - started)

    async def _serve_elsewhere(self, request: Request, receive: Receive, outgoing: Outgoing) -> str:
        """Serve what lies behind no door, or is not there; return the template of its address."""
        page = self._site_paths.find(request.path)
        if page is None and is_lost(request):
            await outgoing.answer(await self._pages.answer(NOWHERE, request))
        else:
            request.scope["state"] = {"request": request}
            await self._site(request.scope, receive, outgoing)
        return NO_TEMPLATE if page is None else page.template

    def _fault(self, request: Request) -> Answer:
        """Return the answer where the fault is ours; a device gets its next nonce with it all the same."""
        fault = self._problems.fault(request)
        if not request.all_of(b"dpop"):
            return fault
        nonce = (b"dpop-nonce", self._doorkeeper.nonce().encode())
        return fault._replace(headers=(*fault.headers, nonce))

    def _note(self, request: Request, template: str, status: int, seconds: float) -> None:
        """Count the request and write its line: never its path, query, headers or body, where secrets are."""
        method = request.method if request.method in METHODS else "OTHER"
        code = request.refused_with
        self._metrics.answered(route=template, method=method, status=status, seconds=seconds, code=code)
        self._log_request(
            request=request.id,
            method=method,
            route=template,
            status=status,
            code=code,
            milliseconds=round(seconds * 1000, 2),
        )

    async def _live(self, receive: Receive, send: Send) -> None:
        """Keep house from the start of the process to its end (ASGI's lifespan protocol)."""
        await receive()
        await self._learn_issuer()
        work = (self._keep_house, self._tell_metrics, *self._services.background)
        chores = [asyncio.ensure_future(chore()) for chore in work]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for chore in chores:
            chore.cancel()
        await asyncio.gather(*chores, return_exceptions=True)
        self._metrics.tell()
        await send({"type": "lifespan.shutdown.complete"})

    async def _tell_metrics(self) -> None:
        while True:
            self._metrics.tell()
            await asyncio.sleep(TELLS_EVERY)

    async def _keep_house(self) -> None:
        while True:
            await self._tidy_up_in_turn()
            await asyncio.sleep(HOUSEKEEPING_SECONDS)
            await self._learn_issuer()

    async def _tidy_up_in_turn(self) -> None:
        """Keep house if no other server on this database has done so lately: once is enough for all."""
        lasts = timedelta(seconds=HOUSEKEEPING_SECONDS - 10)
        try:
            is_ours = await self._services.turns.take("housekeeping", lasts=lasts) is not None
        except DatabaseUnavailable:
            self._log.warning("housekeeping_postponed")
            return
        if is_ours:
            await self.tidy_up()

    async def tidy_up(self) -> None:
        """Remove what has ended; what cannot be removed now is removed next time."""
        for remove in (
            self._idempotency.prune,
            self._services.turns.forget_ended,
            *self._services.housekeeping,
        ):
            try:
                await remove(at=self._services.clock.now())
            except DatabaseUnavailable:
                self._log.warning("housekeeping_postponed")
            except Exception:  # noqa: BLE001 - one chore must not keep the others from being done
                self._log.exception("housekeeping_failed")

    async def _learn_issuer(self) -> None:
        with contextlib.suppress(DatabaseUnavailable):
            publisher = await self._services.read_publisher()
            if publisher is not None:
                self._issuer = publisher.issuer


async def _nowhere() -> str:
    raise RuntimeError("only what lies behind a door comes the short way")


def _is_loopback(address: str) -> bool:
    return is_loopback_host(urlsplit(address).hostname or "")


class _Door(NamedTuple):
    """One of the doors: which paths are its own, and how it answers."""

    find: Callable[[str], Found[Any] | None]
    answer: Callable[[Any, Request], Awaitable[Answer]]


def _door(paths: Mapping[str, Any], answer: Callable[[Any, Request], Awaitable[Answer]]) -> _Door:
    return _Door(PathTable(paths).find, answer)


def _oauth_door(services: Services, doorkeeper: Doorkeeper, limits: Limits, problems: Problems) -> _Door:
    endpoints = OAuthEndpoints(
        services.identity,
        trusted_proxies=services.settings.trusted_proxies,
        # Whoever may watch the server may ask what a token stands for, until tokens of their own exist.
        introspection_token=services.settings.metrics_token,
    )
    door = OAuthDoor(doorkeeper=doorkeeper, limits=limits, problems=problems)
    federation = services.federation
    more = () if federation is None else BackChannel(federation).routes()
    return _door(by_path((*endpoints.routes(), *more)), door.answer)


def _page_door(pages: PageDoor, services: Services, doorkeeper: Doorkeeper, limits: Limits) -> _Door:
    routes = page_routes(
        services.identity,
        doorkeeper=doorkeeper,
        cookies=pages.cookies,
        product_name=services.product_name,
        holders=services.holders,
        federation=services.federation,
        addresses=services.addresses,
        limits=limits,
    )
    return _door(by_path(routes), pages.answer)

"""Looking at the way to a server, step by step: what is it that keeps it from answering?"""

from __future__ import annotations

import socket
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from mooring.client.adapters.network.exchange import (
    Request,
    exchange,
    open_connection,
    plain_cause,
    system_trust,
)
from mooring.client.adapters.network.in_time import in_time
from mooring.client.adapters.network.route import route_to
from mooring.client.domain.errors import ServerUnreachable
from mooring.client.domain.reports.connection import ServerFinding, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mooring.client.adapters.network.exchange import Answer
    from mooring.client.adapters.network.route import Route
    from mooring.client.domain.deadline import Deadline
    from mooring.client.use_cases.ports import Clock

_CLOCK_SECONDS = 300
_HEALTH = "/healthz"


def examine_server(server: str, deadline: Deadline, clock: Clock) -> ServerFinding:
    """Return what was found on the way to ``server``; the steps end with the first that does not pass."""
    steps = []
    for step in _steps(server, deadline, clock):
        steps.append(step)
        if not step.passed:
            break
    return ServerFinding(server, tuple(steps))


def _steps(server: str, deadline: Deadline, clock: Clock) -> Iterator[Step]:
    try:
        route = route_to(server)
    except ServerUnreachable as failure:
        yield Step("proxy", passed=False, detail=failure.cause)
        return
    if route.proxy is not None:
        yield Step("proxy", passed=True, detail=f"{route.proxy.endpoint.host}:{route.proxy.endpoint.port}")
    hop = route.first_hop
    yield _try("name", hop.host, lambda: socket.getaddrinfo(hop.host, hop.port), deadline)
    yield _try("connection", f"{hop.host}:{hop.port}", lambda: _touch(route, deadline), deadline)
    if route.secure:
        yield _try("tls", "the certificate is trusted", lambda: _shake_hands(route, deadline), deadline)
    yield from _ask(server, deadline, clock)


def _try(name: str, good: str, work: Callable[[], object], deadline: Deadline) -> Step:
    def translated() -> None:
        try:
            work()
        except (OSError, ValueError) as error:
            raise ServerUnreachable(plain_cause(error)) from error

    try:
        in_time(translated, deadline)
    except ServerUnreachable as failure:
        return Step(name, passed=False, detail=failure.cause)
    return Step(name, passed=True, detail=good)


def _touch(route: Route, deadline: Deadline) -> None:
    socket.create_connection(route.first_hop, timeout=max(0.001, deadline.remaining)).close()


def _shake_hands(route: Route, deadline: Deadline) -> None:
    connection = open_connection(route, deadline, system_trust)
    try:
        connection.connect()
    finally:
        connection.close()


def _ask(server: str, deadline: Deadline, clock: Clock) -> Iterator[Step]:
    try:
        answer = exchange(Request("GET", server + _HEALTH, {"Accept": "*/*"}), deadline)
    except ServerUnreachable as failure:
        yield Step("answer", passed=False, detail=failure.cause)
        return
    if answer.status != 200:
        yield Step("answer", passed=False, detail=f"{_HEALTH} answers {answer.status}")
        return
    yield Step("answer", passed=True, detail=f"{_HEALTH} answers 200")
    yield from _compare_clocks(answer, clock)


def _compare_clocks(answer: Answer, clock: Clock) -> Iterator[Step]:
    """Compare with the `Date` that the server says. It is unsigned: a hint for a person, never a proof."""
    try:
        theirs = parsedate_to_datetime(answer.headers["date"])
        apart = round((clock.now() - theirs).total_seconds())
    except (KeyError, ValueError, TypeError):
        return
    if abs(apart) <= _CLOCK_SECONDS:
        yield Step("clock", passed=True, detail="this computer's clock agrees with the server's")
    else:
        way = "ahead of" if apart > 0 else "behind"
        detail = f"this computer's clock is {abs(apart)} seconds {way} the server's"
        yield Step("clock", passed=False, detail=detail)

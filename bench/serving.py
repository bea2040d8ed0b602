"""How many validations, activations and renewals one process serves, and how the usual way fares.

All servers run all the time, and an idle one costs nothing. Each round measures every figure right after its
limit, so that whatever else a shared machine does slows both.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from bench import limits
from bench.devices import a_nonce, devices, remember_activations
from bench.load import request
from bench.processes import asgi
from bench.replaying import Replay
from bench.table import Row
from mooring.core.jose.encoding import b64url_decode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from bench.devices import Device
    from bench.load import Result
    from bench.places import Place
    from bench.places import Server as PostgresqlServer
    from bench.processes import Publisher, Server

T = TypeVar("T")

ROUNDS = 7
READS = 4000
CHANGES = 1000
USUAL_CHANGES = 300
"""Requests a round. The usual way gets fewer: it takes as long for them."""

USUAL = "FastAPI + SQLAlchemy ORM, the same work"
REPLAYED = "pgbench with the same statements, less the cryptography"
IDEAL = "1 ÷ (bare route + ES256 + Ed25519 + durable update)"


class Servers(NamedTuple):
    """The three that run side by side."""

    mooring: Server
    bare: Server
    usual: Server


class Where(NamedTuple):
    """The database that is measured, and a folder for what is needed meanwhile."""

    place: Place
    folder: Path
    replay: Replay | None


@dataclass
class Figures:
    """What the rounds came to; a list has one entry for each round."""

    bare_reads: list[Result] = field(default_factory=list)
    bare_routes: list[Result] = field(default_factory=list)
    validations: list[Result] = field(default_factory=list)
    ideal_renewals: list[float] = field(default_factory=list)
    renewals: list[Result] = field(default_factory=list)
    usual_renewals: list[Result] = field(default_factory=list)
    activations: list[Result] = field(default_factory=list)
    usual_activations: list[Result] = field(default_factory=list)
    replayed_activations: list[float] = field(default_factory=list)


def rows(
    publisher: Publisher,
    folder: Path,
    usual_place: Place,
    postgresql: PostgresqlServer | None = None,
    stacks: Path | None = None,
) -> list[Row]:
    """Measure the hot routes on the publisher's database beside their limits and beside the usual way.

    With ``stacks`` the server is sampled, which costs it some time, and its stacks are written there.
    """
    place = publisher.place
    keys = publisher.mint(ROUNDS * CHANGES)
    replay = None if postgresql is None else Replay(postgresql, folder)
    salt = b64url_decode(json.loads(publisher.descriptor.read_text("utf-8"))["hardware_salt"])
    with ExitStack() as running:
        mooring = running.enter_context(publisher.serving(stacks))
        bare = running.enter_context(asgi("bench.limits:app", {"BENCH_DATABASE": place.url}))
        usual = running.enter_context(_the_usual_way(usual_place, keys))
        figures = Figures()
        for number in range(ROUNDS):
            crowd = devices(CHANGES, salt, first_seed=1 + number * CHANGES)
            own = keys[number * CHANGES : (number + 1) * CHANGES]
            _round(figures, crowd, own, Servers(mooring, bare, usual), Where(place, folder, replay))
    return _rows(figures, place.name)


def _round(
    figures: Figures, crowd: Sequence[Device], keys: Sequence[str], servers: Servers, where: Where
) -> None:
    mooring, bare, usual = servers
    hashes = where.place.key_hashes(1000)
    reads = [request("POST", bare.address, f"/read/{each}", b"x" * 90) for each in _repeated(hashes, READS)]
    figures.bare_reads.append(bare.ask(reads).expect(200))
    figures.validations.append(_validate(mooring, keys))
    few = crowd[:USUAL_CHANGES]
    figures.usual_activations.append(_activate(usual, few, keys))
    figures.usual_renewals.append(_renew(usual, few))
    figures.activations.append(_activate(mooring, crowd, keys))
    if where.replay is not None:
        seconds = 1 / where.replay.activations_a_second() + _cryptography_seconds()
        figures.replayed_activations.append(1 / seconds)
    figures.renewals.append(_renew(mooring, crowd))
    like_a_renewal = request("POST", bare.address, "/", b"x" * 700, {"DPoP": "y" * 600})
    figures.bare_routes.append(bare.ask([like_a_renewal] * READS).expect(200))
    figures.ideal_renewals.append(_ideal_renewals(figures.bare_routes[-1].a_second, where))


def _rows(figures: Figures, database: str) -> list[Row]:
    renewals, activations = _rates(figures.renewals), _rates(figures.activations)
    replayed = figures.replayed_activations
    return [
        *(
            [Row(f"activations/s, {database}", activations, "/s", REPLAYED, replayed, at_least=0.6)]
            if replayed
            else []
        ),
        Row(
            f"validations/s, {database}", _rates(figures.validations), "/s",
            "bare ASGI, the same read", _rates(figures.bare_reads), at_least=0.6,
        ),
        Row(f"renewals/s, {database}", renewals, "/s", IDEAL, figures.ideal_renewals, at_least=0.5),
        Row(f"renewals/s, {database}", renewals, "/s", USUAL, _rates(figures.usual_renewals), at_least=5),
        Row(
            f"activations/s, {database}", activations, "/s",
            USUAL, _rates(figures.usual_activations), at_least=5,
        ),
        Row(
            f"processor time of a validation, {database}", _processor(figures.validations), "µs",
            "bare ASGI, the same read", _processor(figures.bare_reads),
        ),
        Row(
            f"processor time of a renewal, {database}", _processor(figures.renewals), "µs",
            "bare ASGI, as many bytes", _processor(figures.bare_routes),
        ),
        Row(
            f"processor time of an activation, {database}", _processor(figures.activations), "µs",
            USUAL, _processor(figures.usual_activations),
        ),
        *_times(f"a renewal, {database}", figures.renewals),
        *_times(f"an activation, {database}", figures.activations),
    ]  # fmt: skip


def _times(what: str, results: Sequence[Result]) -> list[Row]:
    return [
        Row(f"p{percent} of {what}, 32 at once", [one.percentile(percent / 100) for one in results], "ms")
        for percent in (50, 99)
    ]


def _activate(server: Server, crowd: Sequence[Device], keys: Sequence[str]) -> Result:
    nonce = a_nonce(server.address)
    ready = [
        one.activation_request(server.address, key, nonce) for one, key in zip(crowd, keys, strict=False)
    ]
    result = server.ask(ready).expect(201)
    remember_activations(crowd, [answer.body for answer in result.answers])
    return result


def _renew(server: Server, crowd: Sequence[Device]) -> Result:
    nonce = a_nonce(server.address)
    return server.ask([one.renewal_request(server.address, nonce) for one in crowd]).expect(200)


def _validate(server: Server, keys: Sequence[str]) -> Result:
    asked = [json.dumps({"product": "harbor-notes", "product_key": key}).encode() for key in keys]
    ready = [request("POST", server.address, "/v1/validations", body) for body in _repeated(asked, READS)]
    return server.ask(ready).expect(200)


def _ideal_renewals(route: float, where: Where) -> float:
    """Return how many renewals a second there would be if nothing but the inevitable took time."""
    cost = _cryptography_seconds() + limits.update_seconds(where.place, where.folder)
    return 1 / (1 / route + cost)


def _cryptography_seconds() -> float:
    return limits.verification_seconds() + limits.signature_seconds()


def _the_usual_way(place: Place, keys: Sequence[str]) -> AbstractContextManager[Server]:
    from bench.baseline.prepare import prepare

    prepare(place.url, keys)
    return asgi("bench.baseline.app:app", {"BENCH_DATABASE": place.url})


def _repeated(items: Sequence[T], count: int) -> list[T]:
    return [items[at % len(items)] for at in range(count)]


def _processor(results: Sequence[Result]) -> list[float]:
    return [result.processor_microseconds for result in results]


def _rates(results: Sequence[Result]) -> list[float]:
    return [result.a_second for result in results]

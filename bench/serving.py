"""How many validations, activations and renewals one process serves, and how the usual way fares."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from bench import limits
from bench.devices import a_nonce, devices, remember_activations
from bench.load import Result, request, send_all
from bench.processes import asgi
from bench.table import Row
from mooring.core.jose.encoding import b64url_decode

if TYPE_CHECKING:
    from pathlib import Path

    from bench.devices import Device
    from bench.processes import Publisher

ROUNDS = 3
PER_ROUND = 3000
VALIDATIONS_PER_ROUND = 10000


def rows(publisher: Publisher, folder: Path) -> list[Row]:
    """Measure the hot routes on SQLite beside their limits and beside the usual way."""
    keys = publisher.mint(ROUNDS * PER_ROUND)
    salt = b64url_decode(json.loads(publisher.descriptor.read_text("utf-8"))["hardware_salt"])
    crowd = devices(ROUNDS * PER_ROUND, salt)
    bare_reads, bare_routes = _limits(publisher, folder)
    with publisher.serving():
        activations = _activate(publisher.address, crowd, keys)
        renewals = _renew(publisher.address, crowd)
        validations = [_validate(publisher.address, keys) for _ in range(ROUNDS)]
    usual_activations, usual_renewals = _the_usual_way(folder, crowd, keys)
    cost = limits.verification_seconds() + limits.signature_seconds() + limits.update_seconds(folder)
    ideal = [1 / (1 / route + cost) for route in bare_routes]
    usual = "FastAPI + SQLAlchemy ORM, the same work"
    return [
        Row("validations/s, SQLite", validations, "/s", "bare ASGI, the same read", bare_reads, at_least=0.6),
        Row(
            "renewals/s, SQLite", _rates(renewals), "/s",
            "1 ÷ (bare route + ES256 + Ed25519 + durable update)", ideal, at_least=0.5,
        ),
        Row("renewals/s, SQLite", _rates(renewals), "/s", usual, _rates(usual_renewals), at_least=5),
        Row("activations/s, SQLite", _rates(activations), "/s", usual, _rates(usual_activations), at_least=5),
        Row("p50 of a renewal, 32 at once", [one.percentile(0.5) for one in renewals], "ms"),
        Row("p99 of a renewal, 32 at once", [one.percentile(0.99) for one in renewals], "ms"),
        Row("p50 of an activation, 32 at once", [one.percentile(0.5) for one in activations], "ms"),
        Row("p99 of an activation, 32 at once", [one.percentile(0.99) for one in activations], "ms"),
    ]  # fmt: skip


def _activate(address: str, crowd: list[Device], keys: list[str]) -> list[Result]:
    results = []
    for start in range(0, len(crowd), PER_ROUND):
        nonce = a_nonce(address)
        now = crowd[start : start + PER_ROUND]
        ready = [
            one.activation_request(address, key, nonce) for one, key in zip(now, keys[start:], strict=False)
        ]
        results.append(send_all(address, ready).expect(201))
        remember_activations(now, [answer.body for answer in results[-1].answers])
    return results


def _renew(address: str, crowd: list[Device]) -> list[Result]:
    results = []
    for start in range(0, len(crowd), PER_ROUND):
        nonce = a_nonce(address)
        ready = [one.renewal_request(address, nonce) for one in crowd[start : start + PER_ROUND]]
        results.append(send_all(address, ready).expect(200))
    return results


def _validate(address: str, keys: list[str]) -> float:
    ready = [
        request(
            "POST", address, "/v1/validations",
            json.dumps({"product": "harbor-notes", "product_key": keys[at % len(keys)]}).encode(),
        )
        for at in range(VALIDATIONS_PER_ROUND)
    ]  # fmt: skip
    return send_all(address, ready).expect(200).a_second


def _limits(publisher: Publisher, folder: Path) -> tuple[list[float], list[float]]:
    """Return the rates of a bare read of the same rows and of a bare route with a renewal's bytes."""
    file = next((folder / "data").glob("*.db"))
    with sqlite3.connect(file) as database:
        hashes = [row[0].hex() for row in database.execute("SELECT key_hash FROM licenses LIMIT 5000")]
    sent = b"x" * 700
    with asgi("bench.limits:app", {"BENCH_DATABASE": str(file)}) as address:
        reading = [
            request("POST", address, f"/read/{hashes[at % len(hashes)]}", b"x" * 90)
            for at in range(VALIDATIONS_PER_ROUND)
        ]
        bare = [request("POST", address, "/", sent, {"DPoP": "y" * 600})] * PER_ROUND
        return (
            [send_all(address, reading).expect(200).a_second for _ in range(ROUNDS)],
            [send_all(address, bare).expect(200).a_second for _ in range(ROUNDS)],
        )


def _the_usual_way(folder: Path, crowd: list[Device], keys: list[str]) -> tuple[list[Result], list[Result]]:
    """Return the same activations and renewals, served by `bench/baseline`."""
    from bench.baseline.prepare import prepare

    database = folder / "baseline.db"
    prepare(database, keys)
    with asgi("bench.baseline.app:app", {"BENCH_DATABASE": str(database)}) as address:
        activations = _activate(address, crowd, keys)
        return activations, _renew(address, crowd)


def _rates(results: list[Result]) -> list[float]:
    return [result.a_second for result in results]

"""A soak: a server's day at a steady rate for an hour, and what it and its database grew by meanwhile.

python -m bench.soak --minutes 60 --rate 300

Computers renew, validate, give their licenses back and take them again, and people look at pages. Each line
is a minute: how much was answered, how long it took, and what was held then. The end is a verdict. Nothing
may grow but what was earned: events, activations and answers kept for a day; proofs are forgotten.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sqlite3
import sys
import tempfile
import time
import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from bench.devices import a_nonce, devices, remember_activations
from bench.load import request
from bench.places import Place, a_server, psql
from bench.processes import Publisher
from bench.soaked import TABLES, Held, Minute, verdict
from mooring.core.jose.encoding import b64url_decode

if TYPE_CHECKING:
    from bench.devices import Device
    from bench.processes import Server

PAGES = ("/", "/sign-in", "/sign-up", "/link", "/healthz")
VALIDATIONS, CHANGES, VISITS = 0.30, 0.02, 0.04
"""Shares of all requests: validations, deactivations (and as many activations), pages. The rest renews."""
GOOD = frozenset({200, 201, 204})


def main() -> int:
    """Run the soak, print a line a minute and the verdict; return 1 where something grew or failed."""
    parser = argparse.ArgumentParser(prog="bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--rate", type=int, default=300, help="requests a second")
    parser.add_argument("--devices", type=int, default=600)
    parser.add_argument("--workers", type=int, default=2, help="on PostgreSQL")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # either way, what was seen is told
    minutes: list[Minute] = []
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="mooring-soak-")))
        on_postgresql = chosen.database == "postgresql"
        place = running.enter_context(a_server()).database() if on_postgresql else None
        publisher = Publisher(folder / "publisher", place)
        keys = publisher.mint(chosen.devices)
        salt = b64url_decode(json.loads(publisher.descriptor.read_text("utf-8"))["hardware_salt"])
        server = running.enter_context(publisher.serving(workers=chosen.workers if on_postgresql else 1))
        town = Town(server, devices(chosen.devices, salt), keys)
        town.settle()
        print(Minute.heading())
        try:
            for number in range(chosen.minutes + 1):
                if number:
                    town.live(chosen.rate)
                minutes.append(town.account(number, _held(server, publisher.place)))
                print(minutes[-1].line(), flush=True)
        except KeyboardInterrupt:
            print("ended early")
    told = verdict(minutes)
    print("\n" + "\n".join(told.lines))
    return 0 if told.is_flat else 1


class Town:
    """All computers that ask one server, and what they were answered since the last account."""

    def __init__(self, server: Server, crowd: list[Device], keys: list[str]) -> None:
        self._server = server
        self._active = list(zip(crowd, keys, strict=True))
        self._resting: list[tuple[Device, str]] = []
        self._asked = 0
        self._forget()

    def settle(self) -> None:
        """Activate every computer."""
        self._resting, self._active = self._active, []
        self._ask(self._activations(a_nonce(self._server.address)))
        if self._failed:
            raise RuntimeError(f"{self._failed} computers could not be activated: {self._failures}")
        self._forget()

    def live(self, rate: int) -> None:
        """Ask ``rate`` times in each second of a minute, as long as the server keeps up."""
        began = time.monotonic()
        for second in range(60):
            time.sleep(max(0.0, began + second - time.monotonic()))
            self._ask(self._second(rate))
            if time.monotonic() - began > 60:
                break

    def account(self, number: int, held: Held) -> Minute:
        """Return what this minute, the one of ``number``, came to, and begin the next."""
        times = sorted(self._times)
        middle, late = (1000 * times[int(len(times) * share)] if times else 0.0 for share in (0.5, 0.99))
        changes = (self._activated, self._ended)
        minute = Minute(number, len(times), self._failed, dict(self._failures), middle, late, changes, held)
        self._forget()
        return minute

    def _forget(self) -> None:
        self._times: list[float] = []
        self._failures: dict[str, int] = {}
        self._failed = self._activated = self._ended = 0

    def _second(self, rate: int) -> list[bytes]:
        """Return the requests of one second; no computer is in two of them that change it."""
        address, nonce = self._server.address, a_nonce(self._server.address)
        coming = self._activations(nonce)
        leaving = self._active[: int(rate * CHANGES)]
        del self._active[: len(leaving)]
        renewals = int(rate * (1 - VALIDATIONS - 2 * CHANGES - VISITS))
        asked = [device.deactivation_request(address, nonce) for device, _ in leaving]
        asked += [self._next().renewal_request(address, nonce) for _ in range(renewals)]
        asked += [self._validation() for _ in range(int(rate * VALIDATIONS))]
        pages = [PAGES[at % len(PAGES)] for at in range(int(rate * VISITS))]
        asked += [request("GET", address, page, headers={"Accept": "text/html"}) for page in pages]
        self._resting += leaving
        self._ended += len(leaving)
        return asked + coming

    def _next(self) -> Device:
        self._asked += 1
        return self._active[self._asked % len(self._active)][0]

    def _validation(self) -> bytes:
        self._asked += 1
        key = self._active[self._asked % len(self._active)][1]
        body = json.dumps({"product": "harbor-notes", "product_key": key}).encode()
        return request("POST", self._server.address, "/v1/validations", body)

    def _activations(self, nonce: str) -> list[bytes]:
        """Let all that rest activate again; they are active from the next second on."""
        self._coming, self._resting = self._resting, []
        return [
            device.activation_request(self._server.address, key, nonce, uuid.uuid4().hex)
            for device, key in self._coming
        ]

    def _ask(self, asked: list[bytes]) -> None:
        coming, self._coming = self._coming, []
        try:
            answers = self._server.ask(asked).answers
        except OSError as error:
            self._fail(f"{type(error).__name__}: {error}", len(asked))
            self._active += coming
            return
        self._times += [answer.seconds for answer in answers]
        for answer in answers:
            if answer.status not in GOOD:
                self._fail(f"{answer.status}: {answer.body[:80]!r}", 1)
        created = [answer.body for answer in answers if answer.status == 201]
        remember_activations([device for device, _ in coming], created)
        self._activated += len(coming)
        self._active += coming

    def _fail(self, why: str, many: int) -> None:
        self._failures[why] = self._failures.get(why, 0) + many
        self._failed += many


def _held(server: Server, place: Place) -> Held:
    family = [server.pid, *_children(server.pid)]
    return Held(
        megabytes=sum(_resident_megabytes(pid) for pid in family),
        files=sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in family),
        connections=_connections(place),
        rows=dict(zip(TABLES, _rows(place), strict=True)),
    )


def _connections(place: Place) -> int:
    if not place.is_postgresql:
        return 0
    return int(
        psql(place.url, "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'mooring%'")
    )


def _rows(place: Place) -> list[int]:
    asked = " UNION ALL ".join(
        f"SELECT {at} AS place, count(*) AS many FROM {table}" for at, table in enumerate(TABLES)
    )
    if place.is_postgresql:
        return [int(line.split("|")[1]) for line in psql(place.url, f"{asked} ORDER BY place").split()]
    with sqlite3.connect(place.file) as database:
        return [int(row[1]) for row in database.execute(f"{asked} ORDER BY place")]


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def _resident_megabytes(pid: int) -> float:
    told = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")  # what processes share counts once
    return next(int(line.split()[1]) / 1024 for line in told.splitlines() if line.startswith("Pss:"))


if __name__ == "__main__":
    sys.exit(main())

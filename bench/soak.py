"""A soak: renewals at a steady rate for an hour, and what the server and its database grew by meanwhile.

python -m bench.soak --minutes 60 --rate 300

Each line is a minute: how many renewals were answered, how long they took, and what was held then. Nothing
may grow but what was earned: a renewal changes rows and adds none, and proofs are forgotten after a while.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.devices import a_nonce, devices, remember_activations
from bench.places import Place, a_server, psql
from bench.processes import Publisher
from mooring.core.jose.encoding import b64url_decode

if TYPE_CHECKING:
    from bench.devices import Device
    from bench.load import Answer
    from bench.processes import Server

TABLES = ("installations", "devices", "events", "seen_proofs", "budgets", "turns")


class Held(NamedTuple):
    """What the server and its database hold at one moment."""

    megabytes: float
    files: int
    connections: int
    rows: tuple[int, ...]


def main() -> None:
    """Run the soak and print a line a minute."""
    parser = argparse.ArgumentParser(prog="bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--rate", type=int, default=300, help="renewals a second")
    parser.add_argument("--devices", type=int, default=600)
    parser.add_argument("--workers", type=int, default=2, help="on PostgreSQL")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    chosen = parser.parse_args()
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="mooring-soak-")))
        on_postgresql = chosen.database == "postgresql"
        place = running.enter_context(a_server()).database() if on_postgresql else None
        publisher = Publisher(folder / "publisher", place)
        keys = publisher.mint(chosen.devices)
        salt = b64url_decode(json.loads(publisher.descriptor.read_text("utf-8"))["hardware_salt"])
        server = running.enter_context(publisher.serving(workers=chosen.workers if on_postgresql else 1))
        crowd = devices(chosen.devices, salt)
        _activate(server, crowd, keys)
        print("minute renewals  p50 ms  p99 ms     MB files conn.  " + "  ".join(TABLES))
        for minute in range(chosen.minutes + 1):
            answers = _minute(server, crowd, chosen.rate) if minute else []
            _tell(minute, answers, _held(server, publisher.place))


def _activate(server: Server, crowd: list[Device], keys: list[str]) -> None:
    nonce = a_nonce(server.address)
    asked = [one.activation_request(server.address, key, nonce) for one, key in zip(crowd, keys, strict=True)]
    remember_activations(crowd, [answer.body for answer in server.ask(asked).expect(201).answers])


def _minute(server: Server, crowd: list[Device], rate: int) -> list[Answer]:
    """Send ``rate`` renewals in each second of a minute, as long as the server keeps up."""
    answers: list[Answer] = []
    began, at = time.monotonic(), 0
    for second in range(60):
        time.sleep(max(0.0, began + second - time.monotonic()))
        nonce = a_nonce(server.address)
        some = [crowd[(at + each) % len(crowd)] for each in range(min(rate, len(crowd)))]
        at += len(some)
        asked = [one.renewal_request(server.address, nonce) for one in some]
        answers += server.ask(asked).expect(200).answers
        if time.monotonic() - began > 60:
            break
    return answers


def _held(server: Server, place: Place) -> Held:
    family = [server.pid, *_children(server.pid)]
    return Held(
        megabytes=sum(_resident_megabytes(pid) for pid in family),
        files=sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in family),
        connections=_connections(place),
        rows=tuple(_rows(place, table) for table in TABLES),
    )


def _connections(place: Place) -> int:
    if not place.is_postgresql:
        return 0
    return int(
        psql(place.url, "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'mooring%'")
    )


def _rows(place: Place, table: str) -> int:
    if place.is_postgresql:
        return int(psql(place.url, f"SELECT count(*) FROM {table}"))
    with sqlite3.connect(place.file) as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def _resident_megabytes(pid: int) -> float:
    told = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")  # what processes share counts once
    return next(int(line.split()[1]) / 1024 for line in told.splitlines() if line.startswith("Pss:"))


def _tell(minute: int, answers: list[Answer], held: Held) -> None:
    times = sorted(1000 * answer.seconds for answer in answers)
    middle, late = (times[int(len(times) * share)] if times else 0.0 for share in (0.5, 0.99))
    counts = "  ".join(f"{count:>{len(name)}}" for name, count in zip(TABLES, held.rows, strict=True))
    print(
        f"{minute:>6} {len(times):>8} {middle:>7.2f} {late:>7.2f} {held.megabytes:>6.1f} {held.files:>5} "
        f"{held.connections:>5}  {counts}",
        flush=True,
    )


if __name__ == "__main__":
    main()

"""The databases that everything is measured on: SQLite's file, and a PostgreSQL of our own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from mooring.server.foundation.database.postgresql.connecting import PLANS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.postgresql import Cluster


class Place(NamedTuple):
    """A database: its name in the table, and its address as ``MOORING_DATABASE_URL`` has it."""

    name: str
    url: str

    @property
    def is_postgresql(self) -> bool:
        """Whether it is one of PostgreSQL's."""
        return self.url.startswith("postgresql")

    @property
    def file(self) -> str:
        """SQLite's file."""
        return self.url.removeprefix("sqlite:///")

    def key_hashes(self, most: int) -> list[str]:
        """Return the hashes, in hexadecimal, of some licenses' keys."""
        if self.is_postgresql:
            told = psql(self.url, f"SELECT encode(key_hash, 'hex') FROM licenses LIMIT {most}")
            return told.split()
        with sqlite3.connect(self.file) as database:
            found = database.execute("SELECT key_hash FROM licenses LIMIT ?", (most,))
            return [row[0].hex() for row in found]


class Server:
    """A PostgreSQL server of this run alone, as it is delivered: every commit is synced to the disk."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def database(self) -> Place:
        """Return a new, empty database."""
        name = f"bench_{uuid.uuid4().hex[:12]}"
        self.cluster.sql(f"CREATE DATABASE {name} TEMPLATE template0")
        return Place("PostgreSQL", self.cluster.url(name).render_as_string(hide_password=False))


@contextmanager
def a_server() -> Iterator[Server]:
    """Run a PostgreSQL while the block lasts; its log tells each statement to whoever asks for that."""
    from tests.support.postgresql import Cluster

    with Cluster(fsync=True, shared_buffers="256MB", max_wal_size="4GB") as cluster:
        yield Server(cluster)


def psql(url: str, sql: str) -> str:
    """Run ``sql`` in the database at ``url`` and return what it says, one row a line."""
    return _run("psql", url, "--no-align", "--tuples-only", "--quiet", "--command", sql)


def pgbench(url: str, script: str, *options: str, clients: int, seconds: int) -> float:
    """Return how many transactions of the file ``script`` PostgreSQL's own load maker gets done a second.

    Statements are planned as the server has them planned: else the peer is forty times slower in some rounds,
    with plans that were made while its tables were small.
    """
    told = _run(
        "pgbench", "--no-vacuum", "--protocol=prepared", f"--client={clients}", "--jobs=1",
        f"--time={seconds}", f"--file={script}", *options, url,
    )  # fmt: skip
    [line] = [line for line in told.splitlines() if line.startswith("tps = ")]
    return float(line.split()[2])


def _run(name: str, *arguments: str) -> str:
    options = " ".join(f"-c {setting}={value}" for setting, value in PLANS.items())
    environ = os.environ | {"LC_ALL": "C", "PGOPTIONS": options}
    done = subprocess.run([name, *arguments], capture_output=True, text=True, check=False, env=environ)
    if done.returncode:
        raise RuntimeError(f"{name} ended with {done.returncode}: {done.stderr}")
    return done.stdout

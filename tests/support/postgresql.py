"""A private PostgreSQL for the tests: started on first use, stopped with them, and nobody else's.

PostgreSQL refuses to run as root: then it runs as ``postgres``, or as ``nobody``. It listens on a free port
of the loopback interface and on a socket in its own folder, and sorts text by a language's rules, as an
operator's may: nothing in Mooring may rely on the order of bytes.
"""

import asyncio
import atexit
import contextlib
import functools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

import asyncpg
from sqlalchemy.engine import URL

USER = "mooring"
PATIENCE = 60  # seconds until it must have started or stopped
QUICK = {"fsync": "off", "full_page_writes": "off", "deadlock_timeout": "100ms"}
"""What makes tests quick: only a crash of this computer, not of the server, may lose what was committed."""

# Ends the server when the tests have ended, however they did: then the pipe that `cat` reads is closed.
WATCHED = '"$@" & server=$!; cat; kill -INT $server; wait $server'


class Cluster:
    """One PostgreSQL server with its databases."""

    def __init__(self, *, fsync: bool = False, copy_of: "Cluster | None" = None, **settings: str) -> None:
        """Start a new server, or one that follows ``copy_of`` until it is promoted."""
        self.folder = Path(tempfile.mkdtemp(prefix="mooring-pg-"))
        self.port = free_port()
        self._settings = ({} if fsync else QUICK) | {"max_connections": "200"} | settings
        self._process: subprocess.Popen[bytes] | None = None
        if (owner := unprivileged()) is not None:
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        if copy_of is None:
            self.run("initdb", *_initdb_options(), "--pgdata", str(self.data))
        else:
            source = f"host=127.0.0.1 port={copy_of.port} user={USER}"
            self.run(
                "pg_basebackup",
                "--write-recovery-conf",
                "--checkpoint=fast",
                "--no-sync",
                "-d",
                source,
                "-D",
                str(self.data),
            )
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.remove()

    @property
    def data(self) -> Path:
        """The folder with its data."""
        return self.folder / "data"

    def url(self, database: str = "postgres", **query: str) -> URL:
        """Return the address of one of its databases, as in ``MOORING_DATABASE_URL``."""
        return URL.create(
            "postgresql", USER, host="127.0.0.1", port=self.port, database=database, query=query
        )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = self._settings | {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", WATCHED, "sh", program("postgres"), "-D", str(self.data), *options],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                **as_unprivileged(),
            )
        self._wait_until_ready()

    def stop(self) -> None:
        """End it in order; those connected are told that it shuts down."""
        process, self._process = self._process, None
        if process is not None:
            process.stdin.close()
            process.wait(PATIENCE)

    def kill(self) -> None:
        """End it as a crash does, with all its processes."""
        process, self._process = self._process, None
        postmaster = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(postmaster, signal.SIGQUIT)  # "immediate": no checkpoint, connections are cut
        process.stdin.close()
        process.wait(PATIENCE)

    def promote(self) -> None:
        """Let a copy take changes from now on."""
        self.sql("SELECT pg_promote()")

    def remove(self) -> None:
        """End it and remove all of it."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, *statements: str, database: str = "postgres") -> list[asyncpg.Record]:
        """Run ``statements``, each by itself, and return the rows of the last; waits, even within a loop."""
        return _wait_for(self._sql(statements, database))

    def run(self, name: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs and return what it wrote."""
        done = subprocess.run(
            [program(name), *arguments], check=False, capture_output=True, text=True, **as_unprivileged()
        )
        assert done.returncode == 0, f"{name}: {done.stderr}"
        return done.stdout

    async def _sql(self, statements: tuple[str, ...], database: str) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(
            host="127.0.0.1", port=self.port, user=USER, database=database, ssl=False
        )
        try:
            rows: list[asyncpg.Record] = []
            for statement in statements:
                rows = await connection.fetch(statement)
            return rows
        finally:
            await connection.close()

    def _wait_until_ready(self) -> None:
        late = time.monotonic() + PATIENCE
        lines = self.data / "postmaster.pid"
        while True:
            with contextlib.suppress(FileNotFoundError):
                if lines.read_text().rstrip().endswith("ready"):
                    return
            log = (self.folder / "log").read_text(errors="replace")
            assert self._process.poll() is None, f"PostgreSQL did not start:\n{log}"
            assert time.monotonic() < late, f"PostgreSQL did not start in {PATIENCE} s:\n{log}"
            time.sleep(0.02)


@functools.cache
def cluster() -> Cluster:
    """Return the server that this test process shares; it is quick, and removed at the end."""
    shared = Cluster()
    atexit.register(shared.remove)
    return shared


@contextlib.contextmanager
def a_postgresql(*, empty: bool = False, on: Cluster | None = None) -> Iterator[URL]:
    """Give the address of a database of one's own: with this release's tables, unless ``empty``."""
    server = on or cluster()
    name = f"test_{uuid.uuid4().hex}"
    template = "template0" if empty else _migrated(server)
    server.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield server.url(name)
    finally:
        server.sql(f"DROP DATABASE {name} WITH (FORCE)")


def program(name: str) -> str:
    """Return the path of a server's program; Debian keeps some of them off the path."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        versions = sorted(
            Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4])
        )
        assert versions, f"These tests need {name}: `make test` says what to install."
        found = str(versions[-1])
    return found


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@functools.cache
def _migrated(server: Cluster) -> str:
    """Make the database that the others are copies of, and return its name."""
    server.sql("CREATE DATABASE migrated TEMPLATE template0")
    _wait_for(_create_tables(server.url("migrated")))
    return "migrated"


async def _create_tables(url: URL) -> None:
    from mooring.server.foundation.migrations.postgresql import migrate_postgresql

    await migrate_postgresql(url, lambda _: None)


def _initdb_options() -> list[str]:
    options = ["--no-sync", "--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C.UTF-8"]
    explained = subprocess.run([program("initdb"), "--help"], check=True, capture_output=True, text=True)
    if "--icu-locale" in explained.stdout:
        options += ["--locale-provider=icu", "--icu-locale=en-US"]
    return options


def unprivileged() -> pwd.struct_passwd | None:
    """Return whom PostgreSQL runs as, none where that is this process's own user."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")


def as_unprivileged() -> dict[str, object]:
    """Return the arguments by which a program is started as whom PostgreSQL runs as."""
    owner = unprivileged()
    run = {"cwd": "/", "env": os.environ | {"LC_ALL": "C", "TZ": "UTC"}}
    return run if owner is None else run | {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _wait_for(doing: Coroutine[object, object, object]) -> object:
    """Return what ``doing`` comes to, in a loop of its own: the caller may be inside one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, doing).result(PATIENCE)

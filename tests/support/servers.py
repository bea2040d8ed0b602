"""A real server process on a private port and a fresh folder, and the operator's commands beside it."""

import csv
import json
import os
import select
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

from mooring.core.descriptor import parse_descriptor
from tests.support.clients import SocketClient
from tests.support.computers import Computer
from tests.support.devices import SimulatedDevice
from tests.support.looking import EmbeddedLook, Look, ServedLook

STOP_SECONDS = 20


class Server:
    """One server: a folder, a port, and, while it runs, a process.

    It survives `kill` and `start` as a server on a customer's machine would: the folder stays.
    """

    def __init__(self, folder: Path, *, workers: int = 1, **environ: str) -> None:
        self.folder = folder
        self.workers = workers
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MOORING_")},
            "MOORING_DATA_DIR": str(folder / "data"),
            "MOORING_PUBLIC_URL": self.address,
            "MOORING_LOG_FORMAT": "json",
            **environ,
        }
        self.process: subprocess.Popen[str] | None = None

    def run(self, *arguments: str, check: bool = True) -> Any:
        """Run an operator's command and return its JSON document."""
        done = subprocess.run(
            [sys.executable, "-m", "mooring", *arguments, "--json"],
            env=self.environ,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert not check or done.returncode == 0, (
            f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        )
        return json.loads(done.stdout)

    def found(self, name: str = "Harbor Notes", *options: str) -> dict[str, Any]:
        """Found the publisher with one product, and return what `mooring init` says."""
        return self.run("init", name, *options)

    def mint(
        self, count: int, product: str = "harbor-notes", edition: str = "standard", policy: str = "default"
    ) -> list[str]:
        """Return ``count`` new product keys."""
        sheet = self.folder / f"keys-{os.urandom(4).hex()}.csv"
        options = ("--policy", policy, "--count", str(count), "--output", str(sheet))
        self.run("admin", "keys", "mint", product, edition, *options)
        with sheet.open(newline="") as stream:
            lines = [line for line in stream if not line.startswith("#")]
        return [row["product_key"] for row in csv.DictReader(lines)]

    def start(self) -> "Server":
        """Start the process and wait until it says that it listens."""
        workers = () if self.workers == 1 else ("--workers", str(self.workers))
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "mooring", "serve", "--port", str(self.port), *workers],
                env=self.environ,
                cwd=self.folder,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        assert "listens" in first, f"the server did not start: {first}{self.log.read_text()}"
        return self

    def stop(self) -> int:
        """Ask the process to end, wait for it, and return its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """End the process at once, in the middle of whatever it does."""
        return self._end(signal.SIGKILL)

    def worker_ids(self) -> list[int]:
        """Return the processes that the running one has started."""
        assert self.process is not None, "the server does not run"
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def _end(self, how: signal.Signals) -> int:
        assert self.process is not None, "the server does not run"
        self.process.send_signal(how)
        return self.ended()

    def ended(self) -> int:
        """Wait until the process has ended, and return its exit code."""
        process, self.process = self.process, None
        assert process is not None, "the server does not run"
        process.communicate(timeout=STOP_SECONDS)
        return process.returncode

    def looking(self) -> AbstractContextManager[Look]:
        """Open the database beside the server, whichever it is, to read in it."""
        url = self.environ.get("MOORING_DATABASE_URL")
        return ServedLook(url) if url else EmbeddedLook(self.folder / "data" / "mooring.db")

    def database(self) -> closing[sqlite3.Connection]:
        """Open the embedded database beside the server."""
        return closing(sqlite3.connect(self.folder / "data" / "mooring.db"))

    def logged(self) -> list[dict[str, Any]]:
        """Return the log's lines, without the mails printed between them."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def client(self) -> SocketClient:
        return SocketClient(self.address)

    def device(self, descriptor: str | None = None, *, computer: Computer | None = None) -> SimulatedDevice:
        """Return a simulated device that speaks to this server, with its publisher's salt."""
        file = self.folder / (descriptor or "mooring.json")
        salt = parse_descriptor(file.read_bytes()).hardware_salt
        return SimulatedDevice(self.client(), address=self.address, salt=salt, computer=computer)


@contextmanager
def a_server(folder: Path, **environ: str) -> Iterator[Server]:
    """Give a founded, running server with an empty license book; it is gone at the end."""
    server = Server(folder, **environ)
    server.found()
    server.start()
    try:
        yield server
    finally:
        if server.process is not None:
            server.stop()


def end(*processes: int) -> None:
    """Kill ``processes``, and return when they are gone."""
    watched = [os.pidfd_open(process) for process in processes]
    for process in processes:
        os.kill(process, signal.SIGKILL)
    for watch in watched:
        select.select((watch,), (), ())
        os.close(watch)


def free_port() -> int:
    """Return a port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

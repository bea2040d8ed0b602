"""Servers as processes of their own: Mooring's, and the limits it is held against."""

from __future__ import annotations

import csv
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

from bench.load import send_all
from bench.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.load import Result

START_SECONDS = 20


def plain_environment() -> dict[str, str]:
    """Return this process's environment without what slows Python down or sets Mooring up."""
    slowing = {"PYTHONDONTWRITEBYTECODE", "PYTHONDEVMODE", "PYTHONPROFILEIMPORTTIME"}
    return {
        name: value
        for name, value in os.environ.items()
        if name not in slowing and not name.startswith("MOORING_")
    }


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Server(NamedTuple):
    """A running server: where it answers, and which process it is."""

    address: str
    pid: int

    def ask(self, requests: Sequence[bytes]) -> Result:
        """Send ``requests`` as a load, watching what the server's process uses."""
        before = self._processor_seconds()
        result = send_all(self.address, requests)
        return replace(result, processor_seconds=self._processor_seconds() - before)

    def _processor_seconds(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Publisher:
    """A fresh publisher in a folder: data, descriptor, and a server that can be started.

    It keeps what it knows in ``place``, or in SQLite's file in the folder.
    """

    def __init__(self, folder: Path, place: Place | None = None) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.place = place or Place("SQLite", f"sqlite:///{folder / 'mooring.db'}")
        self.address = f"http://127.0.0.1:{free_port()}"
        self.descriptor = folder / "mooring.json"
        self.environment = plain_environment() | {
            "PYTHONPATH": str(Path(__file__).parents[1]),  # for bench.profiled
            "MOORING_DATA_DIR": str(folder / "data"),
            "MOORING_PUBLIC_URL": self.address,
            "MOORING_DATABASE_URL": self.place.url,
        }
        self.run("init", "Harbor Notes", "--edition", "pro", "--output", str(self.descriptor))

    def run(self, *command: str) -> str:
        """Run `mooring COMMAND` as this publisher and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "mooring", *command],
            env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"mooring {' '.join(command)} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def mint(self, count: int) -> list[str]:
        """Mint ``count`` keys and return them."""
        file = self.folder / f"keys-{time.monotonic_ns()}.csv"
        self.run("admin", "keys", "mint", "harbor-notes", "pro", "--count", str(count), "--output", str(file))
        with file.open(encoding="utf-8", newline="") as opened:
            return [row["product_key"] for row in csv.DictReader(opened)]

    @contextmanager
    def serving(self, stacks: Path | None = None, *, workers: int = 1) -> Iterator[Server]:
        """Serve while the block runs; sampled, if ``stacks`` is where the collapsed stacks go."""
        port = self.address.rsplit(":", 1)[1]
        program = ["mooring"] if stacks is None else ["bench.profiled", str(stacks.absolute())]
        command = [sys.executable, "-m", *program, "serve", "--port", port, "--workers", str(workers)]
        with process(command, f"{self.address}/readyz", self.environment, self.folder) as server:
            yield Server(self.address, server.pid)


@contextmanager
def asgi(application: str, environment: dict[str, str]) -> Iterator[Server]:
    """Serve the ASGI ``application`` (module:name) with uvicorn and its C parts."""
    address = f"http://127.0.0.1:{free_port()}"
    command = [
        sys.executable, "-m", "uvicorn", application, "--port", address.rsplit(":", 1)[1],
        "--no-access-log", "--log-level", "warning", "--loop", "uvloop", "--http", "httptools",
    ]  # fmt: skip
    with process(command, f"{address}/healthz", plain_environment() | environment, Path.cwd()) as server:
        yield Server(address, server.pid)


@contextmanager
def process(
    command: list[str], ready: str, environment: dict[str, str], folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``command`` until the block ends; enter when the address ``ready`` answers.

    What it writes goes to a file, as a service's log does: writing it is part of the work.
    """
    log = tempfile.TemporaryFile()  # noqa: SIM115 - closed below, with the server
    server = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            if server.poll() is not None or time.monotonic() > deadline:
                log.seek(0)
                raise RuntimeError(f"{' '.join(command)} did not start: {log.read().decode()[-2000:]}")
            try:
                with urlopen(ready, timeout=1):
                    break
            except (URLError, OSError):
                time.sleep(0.05)
        yield server
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()

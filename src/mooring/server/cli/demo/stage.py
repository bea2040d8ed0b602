"""The stage of the demo: a temporary folder, simulated computers, a real server, real commands."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.error import URLError
from urllib.request import urlopen

from rich.console import Console
from rich.text import Text

from mooring.server.cli.demo.person import FormMissing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from mooring.server.cli.demo.person import Person

_COLORS = {"✓": "green", "✗": "red", "!": "yellow", "→": "cyan"}
_USER_CODE = re.compile(r"\b[B-Z]{4}-[B-Z]{4}\b")
COMMAND_SECONDS = 60
START_SECONDS = 15
STOP_SECONDS = 10


class StepFailed(Exception):
    """A step of the story did not end as the story says."""


@dataclass(frozen=True)
class Ran:
    """What a command printed and how it ended."""

    exit_code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything a person saw."""
        return f"{self.out}\n{self.err}".strip("\n")


@dataclass(frozen=True)
class Computer:
    """A simulated computer: component values in a file, and a home for its license."""

    name: str
    hardware: Path
    home: Path

    def options(self, descriptor: Path) -> list[str]:
        """Return the options that make `mooring` act as this computer."""
        return ["--descriptor", str(descriptor), "--home", str(self.home), "--hardware", str(self.hardware)]

    def change(self, **components: str) -> None:
        """Put other parts into the computer."""
        self.hardware.write_text(
            json.dumps(json.loads(self.hardware.read_text("utf-8")) | components), "utf-8"
        )

    def reinstall(self) -> None:
        """Wipe what the programs kept, as a reinstalled system does."""
        shutil.rmtree(self.home, ignore_errors=True)

    def copy_license_of(self, other: Computer) -> None:
        """Take over the license folder of another computer, as a thief would."""
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(other.home, self.home)


class Stage:
    """A throwaway publisher in a temporary folder. Leaving the ``with`` block removes every trace."""

    def __init__(self, port: int, *, workers: int = 1, **settings: str) -> None:
        """Set up the stage of a server at ``port``, with so many ``workers`` and such ``settings``."""
        self.console = Console(highlight=False)
        self.port = port or _free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="mooring-demo-"))
        self.descriptor = self.folder / "mooring.json"
        self._serve = ("serve", "--port", str(self.port), "--workers", str(workers))
        self._settings = settings
        self._server: subprocess.Popen[bytes] | None = None
        self._steps = 0

    @property
    def address(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop_server()
        shutil.rmtree(self.folder, ignore_errors=True)

    def computer(self, name: str, **components: object) -> Computer:
        """Set up a computer with the given component values."""
        hardware = self.folder / f"{name}.hardware.json"
        hardware.write_text(json.dumps(components), "utf-8")
        return Computer(name, hardware, self.folder / name)

    def step(self, title: str) -> None:
        """Begin the next step of the story."""
        self._steps += 1
        self.console.print()
        number = (f" {self._steps:>2} ", "bold white on blue")
        self.console.print(Text.assemble(number, "  ", (title, "bold")), soft_wrap=True)

    def remark(self, text: str) -> None:
        """Say a sentence between commands."""
        self.console.print(Text(f"     {text}", "dim italic"), soft_wrap=True)

    def run(
        self,
        *command: str,
        on: Computer | None = None,
        exit_code: int = 0,
        says: str = "",
        lines: int | None = None,
        show: bool = True,
        settings: Mapping[str, str] | None = None,
    ) -> Ran:
        """Run `mooring COMMAND` for real, show it with what it printed, and hold it to its promise.

        Args:
            command: what is typed after `mooring`.
            on: the computer it runs on; None for the publisher's.
            exit_code: how it must end.
            says: words that must be among what it prints.
            lines: how many lines of it are shown; None for all.
            show: whether it is shown at all.
            settings: environment variables of the computer.

        Raises:
            StepFailed: it ended otherwise, or did not say what the story says.
        """
        options = on.options(self.descriptor) if on else []
        if show:
            self._show_prompt(command, on)
        done = subprocess.run(  # noqa: S603 - our own program, no shell
            [sys.executable, "-m", "mooring", *options, *command],
            capture_output=True, text=True, check=False, env=self._environment() | dict(settings or {}),
            cwd=self.folder, timeout=COMMAND_SECONDS,
        )  # fmt: skip
        ran = Ran(done.returncode, done.stdout, done.stderr)
        if show:
            self._show_output(ran, lines)
        if ran.exit_code != exit_code or says.casefold() not in " ".join(ran.text.split()).casefold():
            raise StepFailed(f"expected exit code {exit_code} and {says!r}; got {ran.exit_code}:\n{ran.text}")
        return ran

    def run_until_approved(self, person: Person, *command: str, on: Computer, says: str) -> Ran:
        """Run a command that shows a code, and let ``person`` approve it on another device meanwhile.

        Raises:
            StepFailed: it showed no code, or did not end as the story says.
        """
        self._show_prompt(command, on)
        with subprocess.Popen(  # noqa: S603 - our own program, no shell
            [sys.executable, "-m", "mooring", *on.options(self.descriptor), *command],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self._environment(), cwd=self.folder,
            text=True, encoding="utf-8",
        ) as process:  # fmt: skip
            killer = threading.Timer(COMMAND_SECONDS, process.kill)
            killer.start()
            try:
                ran = Ran(*self._approving(person, process), "")
            finally:
                killer.cancel()
                process.kill()
        self._show_output(ran, None)
        if ran.exit_code != 0 or says.casefold() not in ran.text.casefold():
            raise StepFailed(f"expected {says!r}; got {ran.exit_code}:\n{ran.text}")
        return ran

    def _approving(self, person: Person, process: subprocess.Popen[str]) -> tuple[int, str]:
        """Return the exit code of ``process`` and what it said, approving the code that it shows."""
        out, approved = "", ""
        for line in process.stdout or ():
            out += line
            code = _USER_CODE.search(line)
            if code and code[0] != approved:  # the address may carry it once more
                approved = code[0]
                self._approve(person, approved)
        return process.wait(), out

    def _approve(self, person: Person, code: str) -> None:
        try:
            person.says_yes_to(f"{self.address}/device?user_code={code}&prompt=create")
        except (OSError, FormMissing) as error:
            raise StepFailed(f"the site did not take the code: {error}") from error

    def browser_of(self, person: Person) -> dict[str, str]:
        """Return the setting that makes the system open ``person``'s browser, played by the demo."""
        file = self.folder / "person.json"
        person.write(file)
        return {"BROWSER": shlex.join([sys.executable, "-m", person.__module__, str(file)]) + " %s &"}

    def _show_prompt(self, command: tuple[str, ...], on: Computer | None) -> None:
        who = (on.name, "cyan") if on else ("publisher", "magenta")
        typed = _readable(shlex.join(command), self.folder)
        self.console.print(Text.assemble("\n     ", who, (f" $ mooring {typed}", "bold")), soft_wrap=True)

    def _show_output(self, ran: Ran, lines: int | None) -> None:
        printed = [line for line in ran.text.splitlines() if line.strip()]
        for line in printed[:lines]:
            color = _COLORS.get(line.lstrip()[:1], "")
            self.console.print(Text(f"     {_readable(line, self.folder)}", color), soft_wrap=True)
        if lines is not None and len(printed) > lines:
            self.console.print(Text("     ...", "dim"))

    def start_server(self) -> None:
        """Start `mooring serve` and wait until it answers.

        Raises:
            StepFailed: it does not within 15 seconds.
        """
        log = (self.folder / "server.log").open("ab")
        self._server = subprocess.Popen(  # noqa: S603 - our own program, no shell
            [sys.executable, "-m", "mooring", *self._serve],
            stdout=log, stderr=log, env=self._environment(), cwd=self.folder,
        )  # fmt: skip
        log.close()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._server.poll() is None:
            try:
                with urlopen(f"{self.address}/readyz", timeout=1):  # noqa: S310 - our own loopback address
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        raise StepFailed(
            "the server did not start:\n" + (self.folder / "server.log").read_text("utf-8")[-2000:]
        )

    def stop_server(self) -> None:
        """Stop the server and wait until it has gone."""
        if self._server is None:
            return
        self._server.send_signal(signal.SIGTERM)
        try:
            self._server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._server = None

    def wait_until_interrupted(self) -> None:
        """Keep the server up until the person presses Ctrl+C or the server ends by itself."""
        if self._server is not None:
            try:
                self._server.wait()
            except KeyboardInterrupt:
                self.console.print("\nCast off. Nothing stays behind.")

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("MOORING_")}
        return inherited | {
            "MOORING_DATA_DIR": str(self.folder / "server"),
            "MOORING_PUBLIC_URL": self.address,
            "PYTHONIOENCODING": "utf-8",
            "LANGUAGE": "en",
            **self._settings,
        }


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _readable(text: str, folder: Path) -> str:
    return text.replace(f"{folder}{os.sep}", "")

"""The command `mooring` as a script or a person runs it: a process of its own, with its output caught."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.computers import Computer, a_computer

PATIENCE = 60
"""Seconds after which a command hangs; how long it may really take is for a test to say."""


class Ran(NamedTuple):
    """What a command printed and how it ended."""

    exit_code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output; anything beside it fails the test."""
        return json.loads(self.out)

    @property
    def text(self) -> str:
        """Everything that a person saw, in one line."""
        return " ".join(f"{self.out} {self.err}".split())


def mooring(
    *arguments: str,
    environ: Mapping[str, str],
    cwd: Path,
    stdin: str | bytes = "",
    patience: float = PATIENCE,
) -> Ran:
    """Run `mooring` with ``arguments`` and nothing in its environment but ``environ``."""
    done = subprocess.run(
        [sys.executable, "-m", "mooring", *arguments],
        env=dict(environ),
        cwd=cwd,
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        timeout=patience,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def plain_environ() -> dict[str, str]:
    """Return this process's environment without what would change what `mooring` does or says."""
    spared = ("MOORING_", "LC_", "LANG")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(spared)}
    for name in ("NO_COLOR", "PYTHONUNBUFFERED"):
        kept.pop(name, None)
    return kept | {"LANG": "C.UTF-8", "TERM": "xterm-256color"}


class Laptop:
    """A customer's computer: its hardware, the home of one program's license, and the command `mooring`."""

    def __init__(self, folder: Path, descriptor: Path, computer: Computer | None = None) -> None:
        self.folder = folder
        self.descriptor = descriptor
        self.home = folder / "home"
        self._hardware = folder / "hardware.json"
        folder.mkdir(parents=True, exist_ok=True)
        self.computer = a_computer() if computer is None else computer

    @property
    def computer(self) -> Computer:
        """The parts that are in it; set it to put others in."""
        parts: Computer = json.loads(self._hardware.read_text())
        return parts

    @computer.setter
    def computer(self, parts: Computer) -> None:
        self._hardware.write_text(json.dumps(parts))

    @property
    def environ(self) -> dict[str, str]:
        """What a command finds in its environment: the program's descriptor and home."""
        return plain_environ() | {
            "MOORING_DESCRIPTOR": str(self.descriptor),
            "MOORING_HOME": str(self.home),
        }

    def mooring(
        self, *arguments: str, stdin: str | bytes = "", environ: Mapping[str, str] | None = None
    ) -> Ran:
        """Run a command on this computer; ``environ`` is added to its environment."""
        hardware = ("--hardware", str(self._hardware))
        return mooring(
            *hardware, *arguments, environ=self.environ | dict(environ or {}), cwd=self.folder, stdin=stdin
        )

    def ask(self, *arguments: str, exit_code: int = 0, stdin: str = "") -> Any:
        """Run a command with `--json`, hold it to its exit code, and return its document."""
        ran = self.mooring(*arguments, "--json", stdin=stdin)
        assert ran.exit_code == exit_code, f"{arguments} ended with {ran.exit_code}:\n{ran.out}{ran.err}"
        return ran.document

    def status(self) -> Any:
        """Return the document of `status`, whatever it says."""
        return self.mooring("status", "--json").document

    def wipe(self) -> None:
        """Forget everything that was kept, as a reinstalled system does."""
        shutil.rmtree(self.home)

    def kept(self) -> dict[str, bytes]:
        """Return every file of the home, byte for byte."""
        files = (path for path in sorted(self.home.rglob("*")) if path.is_file())
        return {str(path.relative_to(self.home)): path.read_bytes() for path in files}

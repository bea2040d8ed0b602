"""Mutation testing of core and every domain: `python -m tests.mutants`, or `make mutants`.

mutmut changes the code in thousands of small ways; a change that no test notices has survived. Each room is
judged by its own tests alone, in a copy of the checkout under the git-ignored `mutants/`, at lowest priority.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SCRATCH = ROOT / "mutants"
REQUIRED = 85


class Room(NamedTuple):
    """A part of the house that decides, and the tests that judge its decisions."""

    name: str
    source: str
    tests: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Where its copy of the checkout is."""
        return SCRATCH / self.name


ROOMS = {
    room.name: room
    for room in (
        Room("core", "src/mooring/core", ("tests/unit/core", "tests/corpus")),
        Room("client", "src/mooring/client/domain", ("tests/unit/client/domain",)),
        Room("licensing", "src/mooring/server/licensing/domain", ("tests/unit/server/licensing/domain",)),
        Room("identity", "src/mooring/server/identity/domain", ("tests/unit/server/identity/domain",)),
        Room("privacy", "src/mooring/server/privacy/domain", ("tests/unit/server/privacy",)),
        Room("windows", "src/mooring/windows/domain", ("tests/unit/windows",)),
    )
}

# Plugins are named instead of found: looking for them takes longer than most mutants' tests.
SETTINGS = """
[tool.mutmut]
source_paths = ["src"]
only_mutate = ["{source}/*"]
also_copy = ["conftest.py"]
pytest_add_cli_args = ["-p", "asyncio", "-p", "timeout", "-p", "hypothesispytest", "-p", "no:cacheprovider"]
pytest_add_cli_args_test_selection = {tests}
use_git_change_detection = false
timeout_constant = 5.0
timeout_multiplier = 5.0
"""

# The same examples each time and no deadline: chance and a busy computer kill no mutant. Quick tests first:
# most mutants then never meet a slow one.
CONFTEST = '''"""Makes the properties repeatable, and lets the quick tests begin."""

from hypothesis import settings
from mutmut.state import state

settings.register_profile("mutants", deadline=None, database=None, derandomize=True)
settings.load_profile("mutants")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: state().duration_by_test.get(item.nodeid, 0))
'''

MAKE = """
import os
from mutmut.__main__ import copy_also_copy_files, copy_src_dir, create_mutants
os.mkdir("mutants")
copy_src_dir()
copy_also_copy_files()
create_mutants(1)
"""

RUN = "from mutmut.__main__ import cli; cli()"

SHOW = """
import sys
from mutmut.mutation.diff_apply import get_diff_for_mutant
for name in sys.stdin.read().split():
    print(f"# {name}", *get_diff_for_mutant(name).splitlines()[3:], "", sep="\\n")
"""

# What mutmut writes down for a mutant: pytest's exit code, or one of its own.
UNNOTICED = frozenset({0, 5, 33})
"""Every test passed, or none runs this code."""
UNJUDGED = frozenset({None, 2, 34})


class Tally(NamedTuple):
    """How the mutants of a room fared. One that made its tests run out of time was noticed too."""

    killed: int
    survived: int

    @property
    def percent(self) -> float:
        """How many of a hundred were killed."""
        return 100 * self.killed / max(self.killed + self.survived, 1)

    def __str__(self) -> str:
        count = self.killed + self.survived
        return f"{count:8} {self.killed:8} {self.survived:9} {self.percent:8.1f}% {REQUIRED:8}%"


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the chosen rooms, print the table, and return 1 if a room is below what is required."""
    chosen = _parsed(arguments)
    if chosen.list_survivors:
        return _list_survivors(ROOMS[chosen.list_survivors])
    if hasattr(os, "nice"):
        os.nice(19)
    rooms = [ROOMS[chosen.room]] if chosen.room else list(ROOMS.values())
    tallies = {room.name: _judge(room, chosen) for room in rooms}
    print(f"\n{'room':10} {'mutants':>8} {'killed':>8} {'survived':>9} {'percent':>9} {'required':>9}")
    for name, tally in tallies.items():
        print(f"{name:10} {tally}")
    return int(any(tally.percent < REQUIRED for tally in tallies.values()))


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description="Judge tests by mutants.")
    add = parser.add_argument
    add("--room", choices=ROOMS, help="judge this room only")
    add("--sample", type=int, metavar="N", help="judge only N mutants of each room, drawn at random")
    add("--seed", type=int, default=random.randrange(10_000), help="draw the sample of this number again")
    add("--processes", type=int, default=os.cpu_count() or 1, metavar="N", help="judge N at once")
    add("--list-survivors", choices=ROOMS, metavar="ROOM", help="show the survivors of the last run")
    return parser.parse_args(arguments)


def _judge(room: Room, chosen: argparse.Namespace) -> Tally:
    """Make the room's mutants anew and run its tests against them, or against a sample of them."""
    _copy_checkout(room)
    print(f"{room.name}: making mutants", flush=True)
    _run(room, [MAKE])
    names = sorted(_codes(room))
    drawn: list[str] = []  # mutmut judges all when none are named
    if chosen.sample is not None and chosen.sample < len(names):
        print(f"{room.name}: {chosen.sample} of {len(names)}, drawn with --seed {chosen.seed}", flush=True)
        names = drawn = sorted(random.Random(chosen.seed).sample(names, chosen.sample))
    _run(room, [RUN, "run", "--max-children", str(chosen.processes), *drawn], expected=len(names))
    judged = _codes(room)
    codes = [judged[name] for name in names]
    if unjudged := sum(code in UNJUDGED for code in codes):
        sys.exit(f"{room.name}: {unjudged} mutants were not judged.")
    survived = sum(code in UNNOTICED for code in codes)
    return Tally(killed=len(codes) - survived, survived=survived)


def _copy_checkout(room: Room) -> None:
    """Copy what the room's tests need, with mutmut's settings: it reads them from where it works."""
    shutil.rmtree(room.folder, ignore_errors=True)
    room.folder.mkdir(parents=True)
    for name in ("src", "tests"):
        shutil.copytree(ROOT / name, room.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    settings = SETTINGS.format(source=room.source, tests=json.dumps(room.tests))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8") + settings
    (room.folder / "pyproject.toml").write_text(project, encoding="utf-8")
    (room.folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")


def _run(room: Room, command: Sequence[str], *, expected: int = 0) -> None:
    """Run Python's ``command`` in the room's copy, showing how many of ``expected`` mutants are judged."""
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONIOENCODING": "utf-8"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    progress = _Progress(room, expected)
    with subprocess.Popen(
        [sys.executable, "-c", *command],
        cwd=room.folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        # Carriage returns, which end mutmut's words about progress, count as ends of lines here.
        said = [line for line in process.stdout if not progress.shows(line)]
    if process.returncode:
        sys.exit(f"{''.join(said[-60:])}\n{room.name}: mutmut ended with {process.returncode}.")


class _Progress:
    """Turns mutmut's endless line into one line every few seconds."""

    COUNTS = re.compile(r"(\d+)/\d+ .*🫥 (\d+) .*🙁 (\d+)")
    PAUSE = 10.0

    def __init__(self, room: Room, expected: int) -> None:
        self.room = room
        self.expected = expected
        self.shown_at = time.monotonic()

    def shows(self, line: str) -> bool:
        """Take a line of mutmut's; return whether it was one about progress."""
        counts = self.COUNTS.search(line)
        if counts and time.monotonic() > self.shown_at + self.PAUSE:
            self.shown_at = time.monotonic()
            judged, untested, survived = map(int, counts.groups())
            print(
                f"{self.room.name}: {judged} of {self.expected} judged, {untested + survived} survived",
                flush=True,
            )
        return bool(counts)


def _results(room: Room) -> Iterator[dict[str, int | None]]:
    for path in (room.folder / "mutants" / room.source).rglob("*.py.meta"):
        yield json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]


def _codes(room: Room) -> dict[str, int | None]:
    """Return every mutant of the room with what mutmut wrote down for it."""
    return {name: code for results in _results(room) for name, code in results.items()}


def _list_survivors(room: Room) -> int:
    """Print what the survivors of the room's last run changed."""
    codes = _codes(room)
    if all(code in UNJUDGED for code in codes.values()):
        sys.exit(f"{room.name} was not judged yet: run python -m tests.mutants --room {room.name}")
    survivors = sorted(name for name, code in codes.items() if code in UNNOTICED)
    subprocess.run(
        [sys.executable, "-c", SHOW], cwd=room.folder, input="\n".join(survivors), text=True, check=True
    )
    print(f"{room.name}: {len(survivors)} survived")
    return 0


if __name__ == "__main__":
    sys.exit(main())

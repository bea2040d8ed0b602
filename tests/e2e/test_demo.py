"""`mooring demo`: the whole story on real commands, in half a minute, and nothing left behind."""

import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.commands import Laptop, mooring, plain_environ

SECONDS = 30
STEP = re.compile(r"^ {1,2}(\d+) {3}(\S.*)$", re.MULTILINE)
KEY = re.compile(r"Key +((?:\w{5}-){4}\w{5})")


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment whose temporary files and home are this test's own."""
    for name in ("temporary", "home", "here"):
        (tmp_path / name).mkdir()
    return plain_environ() | {"TMPDIR": str(tmp_path / "temporary"), "HOME": str(tmp_path / "home")}


def processor_seconds() -> float:
    """Return how long the processes that this one started, and that have ended, kept a processor busy."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def left_behind(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_story_holds_in_half_a_minute_and_leaves_nothing(tmp_path: Path, environ: dict[str, str]):
    began, busy = time.monotonic(), processor_seconds()
    told = mooring("demo", "--no-serve", environ=environ, cwd=tmp_path / "here", patience=120)
    assert told.exit_code == 0, told.out + told.err
    # Other tests share the processors: what it takes of them, with as much again for waiting, is what counts.
    assert processor_seconds() - busy < SECONDS / 2
    assert time.monotonic() - began < 2 * SECONDS
    assert left_behind(tmp_path) == []
    assert list((tmp_path / "temporary").iterdir()) == []
    numbers = [int(number) for number, _ in STEP.findall(told.out)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 8
    commands = set(re.findall(r"(?:publisher|mia|ole|desk) \$ mooring ([\w-]+)", told.out))
    assert {"init", "status", "activate", "allows", "certificate", "renew", "admin"} <= commands
    assert {"sign-in", "link", "reactivate", "unlink", "sign-out"} <= commands
    for sentence in (
        "Harbor Notes is not activated",
        "Harbor Notes is activated with a digital license",
        "The product key is mistyped",
        "All seats are taken",
        "Signed in as m•••@o•••.example",
        "activated with a digital license linked to your account",
        "most likely this one",
        "What differs: mainboard",
        "The license is suspended",
        "Every step held",
    ):
        assert sentence.casefold() in told.text.casefold(), sentence
    assert "\x1b" not in told.out


def test_it_ends_with_a_server_and_a_key_to_try_until_it_is_interrupted(
    tmp_path: Path, environ: dict[str, str]
):
    with subprocess.Popen(
        [sys.executable, "-m", "mooring", "demo"],
        env=environ, cwd=tmp_path / "here", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        said = ""
        while "removes everything" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        key = KEY.search(said)[1]
        (descriptor,) = (tmp_path / "temporary").glob("*/mooring.json")
        laptop = Laptop(tmp_path / "laptop", descriptor)
        assert laptop.ask("activate", key)["state"] == "activated"
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in rest
    assert os.listdir(tmp_path / "temporary") == []

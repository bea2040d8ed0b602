"""The supervisor's patience with workers that die young, hang, or cannot be started.

What it does with workers that serve is shown end to end.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mooring.server.cli.serving import supervisor
from mooring.server.cli.serving.supervisor import (
    HANGS_AFTER,
    LONGEST_PAUSE,
    OVERSLEPT,
    SHORT_LIFE,
    START_PATIENCE,
    Supervisor,
)
from mooring.server.cli.serving.worker import BEAT_SECONDS


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The present moment; set it by its only element."""
    moment = [1000.0]
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: moment[0])
    return moment


@pytest.fixture
def watching(now: list[float]) -> Iterator[Supervisor]:
    watching = Supervisor(1, lambda *_: True, announce=lambda: None, stop_listening=lambda: None)
    yield watching
    for pipe in (watching._lifeline, watching._hold, watching._woken, watching._wake):
        os.close(pipe)


def pause_after(watching: Supervisor, now: list[float], life: float) -> float:
    """Return how long the successor of a worker that lived so long waits."""
    (worker,) = watching._workers
    worker.started_at = now[0]
    now[0] += life
    watching._plan_successor(worker)
    return round(worker.start_at - now[0], 6)


def test_a_worker_that_lived_has_a_successor_at_once(watching: Supervisor, now: list[float]):
    assert pause_after(watching, now, SHORT_LIFE) == 0
    assert pause_after(watching, now, 3600) == 0


def test_pauses_longer_and_longer_after_short_lives(watching: Supervisor, now: list[float]):
    pauses = [pause_after(watching, now, SHORT_LIFE - 0.01) for _ in range(10)]
    assert pauses == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, *[LONGEST_PAUSE] * 3]
    assert pause_after(watching, now, SHORT_LIFE) == 0
    assert pause_after(watching, now, 0.1) == 0.05  # patience is new


@pytest.mark.parametrize(
    ("status", "said"), [(0, "exit 0"), (256, "exit 1"), (9, "SIGKILL"), (11, "SIGSEGV")]
)
def test_says_how_a_worker_ended(status: int, said: str):
    assert supervisor._how(status) == said


def test_a_worker_is_late_only_after_many_beats(watching: Supervisor, now: list[float]):
    assert HANGS_AFTER >= 20 * BEAT_SECONDS
    (worker,) = watching._workers
    worker.heard_at, worker.answers = now[0], True
    assert supervisor._late(worker) == now[0] + HANGS_AFTER
    worker.answers = False
    assert supervisor._late(worker) == now[0] + START_PATIENCE


def test_after_it_was_stopped_itself_it_takes_nobody_for_hanging(watching: Supervisor, now: list[float]):
    """A computer that slept, or a container that was frozen, had its workers sleep as well."""
    (worker,) = watching._workers
    worker.pid, worker.answers, worker.heard_at = 1, True, now[0]
    now[0] += HANGS_AFTER + OVERSLEPT + 1
    watching._wait(worker.heard_at + HANGS_AFTER)
    assert supervisor._late(worker) == now[0] + HANGS_AFTER
    worker.pid = None


REAL = """
import os, signal, sys, time
from pathlib import Path
from mooring.server.cli.serving import supervisor
from mooring.server.web.watch.logs import configure_logging

configure_logging("info", "json")
supervisor.HANGS_AFTER = 0.5
number_of_forks, fork = 0, os.fork

def failing_fork():
    global number_of_forks
    number_of_forks += 1
    if number_of_forks in (2, 3) and sys.argv[1] == "fork":
        raise BlockingIOError(11, "no room for another process")
    return fork()

supervisor.os.fork = failing_fork
hung = Path(sys.argv[2])

def work(number, alive, lifeline):
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(1))
    os.write(1, f"{number} works\\n".encode())
    while not ended:
        alive()
        if number == 1 and sys.argv[1] == "hang" and not hung.exists():
            hung.touch()
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
            time.sleep(1000)
        time.sleep(0.05)
    return True

def announce():
    os.write(1, b"all answer\\n")

print(supervisor.Supervisor(2, work, announce=announce, stop_listening=lambda: None).run(), flush=True)
"""


@pytest.mark.parametrize("trouble", ["hang", "fork"])
def test_goes_on_with_the_others_and_starts_another(tmp_path: Path, trouble: str):
    command = [sys.executable, "-c", REAL, trouble, str(tmp_path / "hung")]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert running.stdout is not None
    try:
        lines: list[str] = []
        wanted = ["0 works", "1 works", "all answer", *(["1 works"] if trouble == "hang" else [])]
        while not all(lines.count(line) >= wanted.count(line) for line in wanted):
            lines.append(running.stdout.readline().strip())
            assert lines[-1], lines
        running.send_signal(signal.SIGTERM)
        rest, _ = running.communicate(timeout=30)
    finally:
        running.kill()
    assert rest.strip().endswith("True")
    said = "\n".join(lines)
    if trouble == "hang":
        assert '"event":"worker_hangs"' in said
        assert '"how":"SIGKILL"' in said
    else:
        assert said.count("worker_not_started") == 2
        assert "no room for another process" in said
        assert "worker_ended" not in said

"""The supervisor's patience with workers that die young; what it does with real ones is shown end to end."""

import os
from collections.abc import Iterator

import pytest

from mooring.server.cli.serving import supervisor
from mooring.server.cli.serving.supervisor import LONGEST_PAUSE, SHORT_LIFE, Supervisor


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

"""One look at the metrics tells of all workers, the dead ones' work included."""

import re

import pytest

from mooring.server.web.watch.board import PLACE_BYTES, Board
from mooring.server.web.watch.metrics import SILENT_AFTER, Metrics


class Seconds:
    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


def values(metrics: Metrics) -> dict[str, float]:
    """Return each sample of the page by its name and labels."""
    lines = metrics.page().decode().splitlines()
    samples = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in samples}


def count_one(metrics: Metrics, *, seconds: float = 0.003, code: str | None = None) -> None:
    metrics.answered(route="/v1/x", method="POST", status=409 if code else 201, seconds=seconds, code=code)


def test_counts_answers_refusals_and_what_they_did():
    metrics = Metrics()
    count_one(metrics)
    count_one(metrics)
    count_one(metrics, code="seat_limit_reached")
    metrics.activated()
    metrics.renewed()
    metrics.renewed()
    seen = values(metrics)
    assert seen['mooring_requests_total{method="POST",route="/v1/x",status="201"}'] == 2
    assert seen['mooring_requests_total{method="POST",route="/v1/x",status="409"}'] == 1
    assert seen['mooring_refusals_total{code="seat_limit_reached"}'] == 1
    assert (seen["mooring_activations_total"], seen["mooring_renewals_total"]) == (1, 2)
    assert (seen["mooring_workers"], seen["mooring_worker_starts_total"]) == (1, 1)


def test_a_duration_counts_in_its_bucket_and_in_every_longer_one():
    metrics = Metrics()
    for seconds in (0.001, 0.0011, 2.0, 100.0):
        count_one(metrics, seconds=seconds)
    seen = values(metrics)

    def bucket(bound: str) -> float:
        return seen[f'mooring_request_seconds_bucket{{le="{bound}",route="/v1/x"}}']

    assert [bucket(bound) for bound in ("0.001", "0.0025", "1.0", "2.5", "10.0", "+Inf")] == [
        1,
        2,
        2,
        3,
        3,
        4,
    ]
    assert seen['mooring_request_seconds_count{route="/v1/x"}'] == 4
    assert seen['mooring_request_seconds_sum{route="/v1/x"}'] == pytest.approx(102.0021)


def test_any_worker_tells_what_all_of_them_counted():
    board = Board(3)
    workers = [Metrics(board, place) for place in range(3)]
    for number, worker in enumerate(workers, 1):
        for _ in range(number):
            count_one(worker, code="key_unknown")
            worker.activated()
        worker.tell()
    for worker in workers:
        seen = values(worker)
        assert seen['mooring_requests_total{method="POST",route="/v1/x",status="409"}'] == 6
        assert seen['mooring_refusals_total{code="key_unknown"}'] == 6
        assert seen['mooring_request_seconds_count{route="/v1/x"}'] == 6
        assert seen["mooring_activations_total"] == 6
        assert seen["mooring_workers"] == 3


def test_what_a_worker_counted_is_not_lost_with_it():
    board, seconds = Board(2), Seconds()
    staying, dying = Metrics(board, 0, seconds=seconds), Metrics(board, 1, seconds=seconds)
    count_one(dying)
    dying.tell()
    count_one(dying)  # what it did not tell any more is lost
    seconds.now += SILENT_AFTER
    seen = values(staying)
    assert seen['mooring_requests_total{method="POST",route="/v1/x",status="201"}'] == 1
    assert seen["mooring_workers"] == 1
    successor = Metrics(board, 1, seconds=seconds)
    count_one(successor)
    successor.tell()
    seen = values(staying)
    assert seen['mooring_requests_total{method="POST",route="/v1/x",status="201"}'] == 2
    assert (seen["mooring_workers"], seen["mooring_worker_starts_total"]) == (2, 3)


def test_a_worker_that_never_started_is_none():
    board = Board(2)
    assert values(Metrics(board, 0))["mooring_workers"] == 1


def test_a_worker_killed_while_it_writes_leaves_what_it_wrote_before():
    (place,) = Board(1).places
    assert place.read() == b""
    assert place.write(b"before")
    at = place._half(1 - place._memory[place._start])
    place._memory[at : at + 20] = b"half of what comes n"
    assert place.read() == b"before"
    assert place.write(b"after")
    assert place.read() == b"after"


def test_places_do_not_touch_each_other_and_refuse_what_has_no_room():
    board = Board(2)
    full = b"x" * (PLACE_BYTES // 2 - 8)
    assert board.places[0].write(b"short")
    assert board.places[0].write(full)
    assert board.places[1].write(b"mine")
    assert not board.places[0].write(full + b"x")
    assert board.places[0].read() == full
    assert board.places[1].read() == b"mine"


def test_the_page_is_what_prometheus_reads():
    metrics = Metrics()
    count_one(metrics)
    page = metrics.page().decode()
    assert re.search(r"^# TYPE mooring_request_seconds histogram$", page, re.MULTILINE)
    assert re.search(r"^# HELP mooring_requests_total Requests answered\.$", page, re.MULTILINE)
    assert metrics.media_type.startswith("text/plain")

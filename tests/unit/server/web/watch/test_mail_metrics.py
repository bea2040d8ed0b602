"""What the metrics tell of mails, by one worker and by several that look into the same outbox."""

import time
from datetime import UTC, datetime

from mooring.server.web.watch.board import Board
from mooring.server.web.watch.metrics import Metrics


def values(metrics: Metrics) -> dict[str, float]:
    lines = metrics.page().decode().splitlines()
    return {
        name: float(value)
        for name, value in (line.rsplit(" ", 1) for line in lines if line.startswith("mooring_mail"))
    }


def test_counts_what_became_of_mails():
    metrics = Metrics()
    metrics.mail_sent()
    metrics.mail_sent()
    metrics.mail_failed()
    seen = values(metrics)
    assert (seen["mooring_mails_sent_total"], seen["mooring_mails_failed_total"]) == (2, 1)
    assert (seen["mooring_mails_waiting"], seen["mooring_mail_oldest_seconds"]) == (0, 0)


def test_tells_how_long_the_oldest_has_waited():
    metrics = Metrics()
    metrics.mails_wait(3, datetime.fromtimestamp(time.time() - 100, UTC))
    seen = values(metrics)
    assert seen["mooring_mails_waiting"] == 3
    assert 99 < seen["mooring_mail_oldest_seconds"] < 110
    metrics.mails_wait(0, None)
    assert values(metrics)["mooring_mail_oldest_seconds"] == 0


def test_what_waits_is_not_counted_once_for_each_worker():
    board, seconds = Board(2), [10.0]
    first = Metrics(board, 0, seconds=lambda: seconds[0])
    second = Metrics(board, 1, seconds=lambda: seconds[0])
    first.mails_wait(5, None)
    first.mail_sent()
    seconds[0] += 1
    second.mails_wait(4, None)
    second.mail_sent()
    for metrics in (first, second):
        metrics.tell()
    for metrics in (first, second):
        seen = values(metrics)
        assert (seen["mooring_mails_waiting"], seen["mooring_mails_sent_total"]) == (4, 2)

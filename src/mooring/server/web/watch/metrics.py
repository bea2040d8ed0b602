"""What is counted, for Prometheus to read: one look tells of all the workers of this server."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from mooring.server.web.watch.board import Board
from mooring.server.web.watch.counts import DURATIONS, Counts, Durations

TELLS_EVERY: Final = 1.0
"""Seconds between two times that a worker tells the others what it counted."""
SILENT_AFTER: Final = 5.0
"""Seconds after which a worker that told nothing does not count as answering."""
_BOUNDS: Final = [*(str(bound) for bound in DURATIONS), "+Inf"]


class Metrics(Collector):
    """The counters of one server process, and with a board those of its fellow workers.

    Labels are templates, statuses and codes of ours only: nothing a stranger sends becomes a label.
    """

    media_type = CONTENT_TYPE_LATEST

    def __init__(
        self,
        board: Board | None = None,
        place: int = 0,
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Count alone, or at ``place`` of ``board``, going on from what was counted there before."""
        self._board = board
        self._place = place
        self._seconds = seconds
        self._counts = Counts.read(b"" if board is None else board.places[place].read())
        self._counts.starts += 1
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def answered(self, *, route: str, method: str, status: int, seconds: float, code: str | None) -> None:
        """Count one answer, and its refusal if it was one."""
        counts = self._counts
        request = (route, method, str(status))
        counts.requests[request] = counts.requests.get(request, 0) + 1
        durations = counts.durations.get(route)
        if durations is None:
            durations = counts.durations[route] = Durations()
        durations.note(seconds)
        if code is not None:
            counts.refusals[code] = counts.refusals.get(code, 0) + 1

    def activated(self) -> None:
        """Count one activation made."""
        self._counts.activations += 1

    def renewed(self) -> None:
        """Count one certificate renewed."""
        self._counts.renewals += 1

    def mail_sent(self) -> None:
        """Count one mail sent."""
        self._counts.mails_sent += 1

    def mail_failed(self) -> None:
        """Count one mail given up."""
        self._counts.mails_failed += 1

    def mails_wait(self, mails: int, oldest: datetime | None) -> None:
        """Note how many mails wait, and since when the one that waits longest."""
        self._counts.mails_waiting = mails
        self._counts.mails_oldest = None if oldest is None else int(oldest.timestamp())
        self._counts.mails_seen_at = self._seconds()

    def tell(self) -> None:
        """Let the other workers know what was counted here."""
        if self._board is not None:
            self._counts.told_at = self._seconds()
            self._board.places[self._place].write(self._counts.told())

    def page(self) -> bytes:
        """Return everything in Prometheus' text format; what others counted may be a second old."""
        self.tell()
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Yield everything as Prometheus' client names it."""
        everybody = self._everybody()
        total = Counts()
        for counts in everybody:
            total.add(counts)
        requests = CounterMetricFamily(
            "mooring_requests", "Requests answered.", labels=("route", "method", "status")
        )
        for request, count in total.requests.items():
            requests.add_metric(request, count)
        yield requests
        durations = HistogramMetricFamily(
            "mooring_request_seconds", "Seconds from a request's headers to its answer.", labels=("route",)
        )
        for route, each in total.durations.items():
            buckets = list(zip(_BOUNDS, accumulate(each.buckets), strict=True))
            durations.add_metric((route,), buckets, each.seconds)
        yield durations
        refusals = CounterMetricFamily("mooring_refusals", "Refusals by code.", labels=("code",))
        for code, count in total.refusals.items():
            refusals.add_metric((code,), count)
        yield refusals
        yield CounterMetricFamily("mooring_activations", "Activations made.", total.activations)
        yield CounterMetricFamily("mooring_renewals", "Certificates renewed.", total.renewals)
        yield CounterMetricFamily("mooring_mails_sent", "Mails taken by the mail server.", total.mails_sent)
        yield CounterMetricFamily("mooring_mails_failed", "Mails refused for good.", total.mails_failed)
        yield GaugeMetricFamily("mooring_mails_waiting", "Mails in the outbox.", total.mails_waiting)
        oldest = 0.0 if total.mails_oldest is None else max(time.time() - total.mails_oldest, 0.0)
        yield GaugeMetricFamily("mooring_mail_oldest_seconds", "Age of the mail that waits longest.", oldest)
        yield GaugeMetricFamily("mooring_workers", "Processes that answer.", self._answering(everybody))
        yield CounterMetricFamily("mooring_worker_starts", "Processes started.", total.starts)

    def _everybody(self) -> list[Counts]:
        if self._board is None:
            return [self._counts]
        others = (place for number, place in enumerate(self._board.places) if number != self._place)
        return [self._counts, *(Counts.read(place.read()) for place in others)]

    def _answering(self, everybody: list[Counts]) -> int:
        if self._board is None:
            return 1
        now = self._seconds()
        return sum(1 for counts in everybody if counts.starts and now - counts.told_at < SILENT_AFTER)

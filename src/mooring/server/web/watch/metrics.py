"""What is counted: requests, refusals, activations and renewals, for Prometheus to read."""

from functools import lru_cache
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

if TYPE_CHECKING:
    from collections.abc import Callable

DURATIONS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the buckets that durations fall into, in seconds."""


class Metrics:
    """The counters of one server process.

    Labels are templates, statuses and codes of ours only: nothing a stranger sends becomes a label.
    """

    media_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        requests = Counter(
            "mooring_requests", "Requests answered.", ("route", "method", "status"), registry=self._registry
        )
        durations = Histogram(
            "mooring_request_seconds",
            "Seconds from a request's headers to its answer.",
            ("route",),
            buckets=DURATIONS,
            registry=self._registry,
        )
        refusals = Counter("mooring_refusals", "Refusals by code.", ("code",), registry=self._registry)
        self._activations = Counter("mooring_activations", "Activations made.", registry=self._registry)
        self._renewals = Counter("mooring_renewals", "Certificates renewed.", registry=self._registry)
        # Looking a labeled child up costs as much as counting; there are few of them.
        self._requests: Callable[..., Counter] = lru_cache(maxsize=1024)(requests.labels)
        self._durations: Callable[..., Histogram] = lru_cache(maxsize=256)(durations.labels)
        self._refusals: Callable[..., Counter] = lru_cache(maxsize=256)(refusals.labels)

    def answered(self, *, route: str, method: str, status: int, seconds: float, code: str | None) -> None:
        """Count one answer, and its refusal if it was one."""
        self._requests(route, method, str(status)).inc()
        self._durations(route).observe(seconds)
        if code is not None:
            self._refusals(code).inc()

    def activated(self) -> None:
        """Count one activation made."""
        self._activations.inc()

    def renewed(self) -> None:
        """Count one certificate renewed."""
        self._renewals.inc()

    def page(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self._registry)

"""The numbers that a server counts: they only grow, and those of several processes add up."""

from bisect import bisect_left
from typing import Self

import msgspec

DURATIONS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the buckets that durations fall into, in seconds; one more takes what is longer."""


class Durations(msgspec.Struct, array_like=True):
    """How long something took, how often."""

    buckets: list[int] = msgspec.field(default_factory=lambda: [0] * (len(DURATIONS) + 1))
    """How many fell into each bucket, and into no shorter one."""
    seconds: float = 0.0
    """All of them together."""

    def note(self, seconds: float) -> None:
        """Count one."""
        self.buckets[bisect_left(DURATIONS, seconds)] += 1
        self.seconds += seconds

    def add(self, others: Self) -> None:
        """Add what others counted."""
        self.buckets = [mine + theirs for mine, theirs in zip(self.buckets, others.buckets, strict=True)]
        self.seconds += others.seconds


class Counts(msgspec.Struct, array_like=True):
    """Everything that is counted."""

    requests: dict[tuple[str, str, str], int] = msgspec.field(default_factory=dict)
    """Answers by route, method and status."""
    durations: dict[str, Durations] = msgspec.field(default_factory=dict)
    """By route."""
    refusals: dict[str, int] = msgspec.field(default_factory=dict)
    """By code."""
    activations: int = 0
    renewals: int = 0
    starts: int = 0
    """How often a process began to count."""
    told_at: float = 0.0
    """When these numbers were last told others, by the system's monotonic clock."""
    mails_sent: int = 0
    mails_failed: int = 0
    mails_waiting: int = 0
    mails_oldest: int | None = None
    """When the one was written that waits longest, in seconds since 1970."""
    mails_seen_at: float = 0.0
    """When they were seen waiting, by the system's monotonic clock."""

    @classmethod
    def read(cls, told: bytes) -> Self:
        """Return what ``told`` told of; nothing counted where it is empty."""
        return msgspec.msgpack.decode(told, type=cls) if told else cls()

    def told(self) -> bytes:
        """Return these numbers so that another process can read them."""
        return msgspec.msgpack.encode(self)

    def add(self, others: Self) -> None:
        """Add what another process counted."""
        for request, count in others.requests.items():
            self.requests[request] = self.requests.get(request, 0) + count
        for route, durations in others.durations.items():
            self.durations.setdefault(route, Durations()).add(durations)
        for code, count in others.refusals.items():
            self.refusals[code] = self.refusals.get(code, 0) + count
        self.activations += others.activations
        self.renewals += others.renewals
        self.starts += others.starts
        self.mails_sent += others.mails_sent
        self.mails_failed += others.mails_failed
        if others.mails_seen_at > self.mails_seen_at:  # all of them look into the same outbox
            self.mails_seen_at = others.mails_seen_at
            self.mails_waiting, self.mails_oldest = others.mails_waiting, others.mails_oldest

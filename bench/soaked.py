"""What a soak held and took, minute by minute, and whether it grew."""

from __future__ import annotations

from collections import Counter
from statistics import fmean, median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

EARNED = {"events": (1, 1), "activations": (1, 0), "idempotent_answers": (1, 0)}
"""How many rows each activation earns, and each end of one: that is what the tables are for."""
STEADY = ("licenses", "devices", "installations", "outbox")
"""The same computers with the same keys: nothing of them may be more at the end."""
PASSING = ("seen_proofs", "budgets", "turns")
"""Forgotten after some minutes: as many at the end as in the beginning, but for chance."""
TABLES = (*STEADY, *EARNED, *PASSING)

MORE_MEMORY, MORE_TIME, MORE_PASSING = 1.05, 1.5, 1.25
"""How much more the last quarter may have than the first and still count as flat."""
FORGOTTEN_AFTER = 16
"""Minutes: a proof is kept for five, and housekeeping comes every ten."""
WARMING = 0.1
"""The share of minutes in the beginning that are not compared: caches fill, tables get their statistics."""


class Held(NamedTuple):
    """What the server and its database hold at one moment."""

    megabytes: float
    files: int
    connections: int
    rows: Mapping[str, int]


class Minute(NamedTuple):
    """What one minute came to."""

    number: int
    answered: int
    failed: int
    failures: Mapping[str, int]
    middle: float
    late: float
    """Milliseconds within which half, and 99 of 100, were answered."""
    changes: tuple[int, int]
    """How many licenses were taken, and given back."""
    held: Held

    @classmethod
    def heading(cls) -> str:
        """Return what stands above the lines."""
        return "minute answered failed p50 ms  p99 ms     MB files conn.  " + "  ".join(TABLES)

    def line(self) -> str:
        """Return this minute as a line of the table."""
        held = self.held
        counts = "  ".join(f"{held.rows[name]:>{len(name)}}" for name in TABLES)
        return (
            f"{self.number:>6} {self.answered:>8} {self.failed:>6} {self.middle:>6.2f} {self.late:>7.2f} "
            f"{held.megabytes:>6.1f} {held.files:>5} {held.connections:>5}  {counts}"
            + (f"  {dict(self.failures)}" if self.failures else "")
        )


class Verdict(NamedTuple):
    """Whether everything stayed flat, and the sentences that say so."""

    is_flat: bool
    lines: tuple[str, ...]


def verdict(minutes: Sequence[Minute]) -> Verdict:
    """Compare the last quarter of ``minutes`` with the first, after the server got warm."""
    working = [minute for minute in minutes if minute.answered or minute.failed]
    compared = working[int(len(working) * WARMING) :]
    if len(compared) < 4:
        return Verdict(False, ("verdict: too few minutes to tell",))
    quarter = len(compared) // 4
    first, last = compared[:quarter], compared[-quarter:]
    judged = [
        _failed(working),
        *(each.judge(first, last) for each in MEASURES),
        _forgotten(working),
        *_earned(
            minutes[0],
            minutes[-1],
            [sum(each) for each in zip(*(one.changes for one in working), strict=True)],
        ),
    ]
    is_flat = all(good for good, _ in judged)
    lines = [f"{'ok  ' if good else 'BAD '}  {said}" for good, said in judged]
    lines.append(f"verdict: {'flat' if is_flat else 'NOT flat'} over {len(working)} minutes")
    return Verdict(is_flat, tuple(lines))


class Measure(NamedTuple):
    """What the quarters are compared by: how much more the last may have, as a share and in its unit."""

    name: str
    share: float
    more: float
    together: Callable[[list[float]], float]
    of: Callable[[Minute], float]

    def judge(self, first: Sequence[Minute], last: Sequence[Minute]) -> tuple[bool, str]:
        """Return whether the ``last`` minutes are as good as the ``first``, and the figures."""
        before, after = (self.together([self.of(one) for one in some]) for some in (first, last))
        said = f"{self.name}: {before:,.1f} in the first quarter, {after:,.1f} in the last"
        return after <= before * self.share + self.more, said


MEASURES = (
    Measure("memory in MB", MORE_MEMORY, 0, fmean, lambda one: one.held.megabytes),
    Measure("p99 in ms", MORE_TIME, 0, median, lambda one: one.late),
    Measure("p50 in ms", MORE_TIME, 0, median, lambda one: one.middle),
    Measure("connections", 1, 2, max, lambda one: one.held.connections),
    Measure("files", 1, 5, max, lambda one: one.held.files),
    Measure("rows of budgets", MORE_PASSING, 5, max, lambda one: one.held.rows["budgets"]),
    Measure("rows of turns", MORE_PASSING, 50, max, lambda one: one.held.rows["turns"]),
)


def _failed(minutes: Sequence[Minute]) -> tuple[bool, str]:
    failures: Counter[str] = Counter()
    for minute in minutes:
        failures.update(minute.failures)
    answered = sum(minute.answered for minute in minutes)
    return not failures, f"failed: {dict(failures) or 'none'}, of {answered:,} answered"


def _forgotten(minutes: Sequence[Minute]) -> tuple[bool, str]:
    """Return whether proofs were forgotten, once they could be: a short run tells nothing of it."""
    most = FORGOTTEN_AFTER * max(minute.answered for minute in minutes)
    seen = max(minute.held.rows["seen_proofs"] for minute in minutes)
    return seen <= most, f"rows of seen_proofs: {seen:,} at most, of {most:,} in {FORGOTTEN_AFTER} minutes"


def _earned(first: Minute, last: Minute, changes: Sequence[int]) -> list[tuple[bool, str]]:
    """Return whether each table grew by what was earned, and by nothing else."""
    grown = {name: last.held.rows[name] - first.held.rows[name] for name in TABLES}
    judged = [
        (grown[name] <= 0, f"rows of {name}: {grown[name]:+,}, and none were earned") for name in STEADY
    ]
    for name, each in EARNED.items():
        most = sum(many * rows for many, rows in zip(changes, each, strict=True))
        judged.append((grown[name] <= most, f"rows of {name}: {grown[name]:+,}, and {most:,} were earned"))
    return judged

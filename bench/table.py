"""A row of the table: a figure, the limit it is held against, and whether it holds."""

from __future__ import annotations

import os
import platform
import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


WIDTH = 150
"""Columns that the table needs; a narrower terminal wraps its lines rather than its words."""


@dataclass(frozen=True)
class Row:
    """One figure, measured several times, beside the limit from the same run.

    Where both were measured in the same rounds, one right after the other, the ratio is the median of the
    rounds' ratios: what else the machine did then slowed both, and cancels out.

    Attributes:
        figure: what was measured, for people.
        measured: the values of the rounds.
        unit: what they are counted in.
        limit: what the figure is held against, for people.
        held_against: the limit's values, of the same rounds.
        at_least: the ratio that is owed, figure over limit; None where ``at_most`` counts.
        at_most: the ratio (or, without a limit, the value) that may not be passed.
        at_most_more: how much more than the limit it may be, in ``unit``.
    """

    figure: str
    measured: Sequence[float]
    unit: str
    limit: str = ""
    held_against: Sequence[float] = field(default=())
    at_least: float | None = None
    at_most: float | None = None
    at_most_more: float | None = None

    @property
    def value(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.measured)

    @property
    def limit_value(self) -> float | None:
        """The median of the limit's rounds, if it has a limit."""
        return statistics.median(self.held_against) if self.held_against else None

    @property
    def ratio(self) -> float | None:
        """The figure over its limit."""
        if self.limit_value is None:
            return None
        if len(self.measured) != len(self.held_against):
            return self.value / self.limit_value
        pairs = zip(self.measured, self.held_against, strict=True)
        return statistics.median(figure / limit for figure, limit in pairs)

    @property
    def holds(self) -> bool:
        """Whether what is owed is met."""
        if self.at_least is not None:
            return self.ratio is not None and self.ratio >= self.at_least
        if self.at_most_more is not None:
            return self.limit_value is not None and self.value - self.limit_value <= self.at_most_more
        if self.at_most is not None:
            return (self.value if self.ratio is None else self.ratio) <= self.at_most
        return True

    def to_document(self) -> dict[str, object]:
        """Return the row for a program."""
        return {
            "figure": self.figure,
            "unit": self.unit,
            "median": self.value,
            "rounds": list(self.measured),
            "limit": self.limit,
            "limit_median": self.limit_value,
            "ratio": self.ratio,
            "holds": self.holds,
        }


def show(rows: Iterable[Row]) -> None:
    """Print the table."""
    machine = f"{os.cpu_count()} cores, {platform.python_implementation()} {platform.python_version()}"
    table = Table(
        title=f"Measured on {machine}; medians (spread)", title_justify="left", box=None, pad_edge=False
    )
    for heading in ("figure", "measured", "held against", "limit", "ratio", "owed", ""):
        table.add_column(heading, justify="right" if heading in {"measured", "limit", "ratio"} else "left")
    for row in rows:
        table.add_row(
            row.figure,
            f"{_number(row.value)} {row.unit} {_spread(row.measured)}",
            row.limit,
            "" if row.limit_value is None else f"{_number(row.limit_value)} {_spread(row.held_against)}",
            "" if row.ratio is None else f"{row.ratio:.2f}",
            _owed(row),
            _verdict(row),
            style="" if row.holds else "bold red",
        )
    console = Console()
    Console(width=max(console.width, WIDTH)).print(table)


def _verdict(row: Row) -> str:
    if not _owed(row):
        return ""
    return "holds" if row.holds else "DOES NOT HOLD"


def _owed(row: Row) -> str:
    if row.at_least is not None:
        return f"≥ {row.at_least:g}x"
    if row.at_most_more is not None:
        return f"≤ + {row.at_most_more:g} {row.unit}"
    if row.at_most is not None:
        return f"≤ {row.at_most:g}" + ("x" if row.held_against else f" {row.unit}")
    return ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _spread(values: Sequence[float]) -> str:
    return f"({_number(min(values))}-{_number(max(values))})" if len(values) > 1 else ""

"""Folding lines at a terminal's edge: between words, and indented below what they belong to."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

_STYLE = re.compile(r"\x1b\[[\d;]*m")
_BEGINNING = re.compile(r" *(?:[✓✗!→•] )?")
_WORD = re.compile(r" *[^ ]+")


def columns_of(stream: TextIO) -> int | None:
    """Return how many columns the terminal has that ``stream`` writes to; None where it is none."""
    try:
        columns = os.get_terminal_size(stream.fileno()).columns if stream.isatty() else 0
    except (OSError, ValueError):  # a window without a size, or without a file behind it
        return None
    return columns or None


def folded(text: str, columns: int | None, *, hanging: int = 0) -> str:
    """Return ``text`` with no line longer than ``columns``, as far as its words allow; None folds nothing.

    What follows a fold begins where the line's own text begins, behind its indentation and mark, or
    ``hanging`` columns farther.

    >>> print(folded("  → Ask the publisher", 14))
      → Ask the
        publisher
    """
    if columns is None:
        return text
    return "\n".join(_folded_line(line, columns, hanging) for line in text.split("\n"))


def _folded_line(line: str, columns: int, hanging: int) -> str:
    if _width(line) <= columns:
        return line
    beginning = _BEGINNING.match(_STYLE.sub("", line))
    indent = (beginning.end() if beginning else 0) + hanging
    if indent > columns // 2:
        indent = min(4, columns // 2)
    done, taken = "", 0
    for word in _WORD.findall(line):
        if _width(done[taken:]) > indent and _width(done[taken:]) + _width(word) > columns:
            done += "\n"
            taken = len(done)
            done += " " * indent + word.lstrip(" ")
        else:
            done += word
    return done


def _width(text: str) -> int:
    """Return how many columns ``text`` takes: styles take none."""
    return len(_STYLE.sub("", text))

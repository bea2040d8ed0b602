"""Folding lines at a terminal's edge: between words, and indented below what they belong to."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width

if TYPE_CHECKING:
    from typing import TextIO

_STYLE = re.compile(r"\x1b\[[\d;]*m")
_BEGINNING = re.compile(r" *(?:[✓✗!→•] )?")
_WIDE = "\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6"
_CLOSING = "、。，．：；！？）」』】》〉"  # noqa: RUF001 - these are the signs meant
_WORD = re.compile(f" *(?:[{_WIDE}][{_CLOSING}]*|[^ {_WIDE}]+[{_CLOSING}]*)")
"""What stays together: a word, or one sign of Chinese or Japanese, with the marks that may begin no line."""


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


def folded_example(line: str, columns: int | None) -> str:
    """Return a command and what is said behind it: below it, where both are too wide for ``columns``.

    The command itself is never taken apart, since it is there to be copied.

    >>> print(folded_example("  mooring renew   now", 18))
      mooring renew
          now
    """
    if columns is None or width_of(line) <= columns:
        return line
    indent = line[: len(line) - len(line.lstrip())]
    command, _, says = line.strip().partition("  ")
    below = f"\n{folded(f'{indent}    {says.strip()}', columns)}" if says else ""
    return f"{indent}{command}{below}"


def _folded_line(line: str, columns: int, hanging: int) -> str:
    if width_of(line) <= columns:
        return line
    beginning = _BEGINNING.match(_STYLE.sub("", line))
    indent = (beginning.end() if beginning else 0) + hanging
    if indent > columns // 2:
        indent = min(4, columns // 2)
    done, taken = "", 0
    for word in _WORD.findall(line):
        if width_of(done[taken:]) > indent and width_of(done[taken:]) + width_of(word) > columns:
            done += "\n"
            taken = len(done)
            done += " " * indent + word.lstrip(" ")
        else:
            done += word
    return done


def width_of(text: str) -> int:
    """Return how many columns ``text`` takes: styles and accents none, signs of Chinese and Japanese two."""
    plain = _STYLE.sub("", text)
    if plain.isascii():
        return len(plain)
    return sum(_columns_of_sign(sign) for sign in plain)


def padded(text: str, width: int) -> str:
    """Return ``text`` with spaces behind it, so that it takes ``width`` columns."""
    return text + " " * (width - width_of(text))


def _columns_of_sign(sign: str) -> int:
    if category(sign) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if east_asian_width(sign) in "WF" else 1

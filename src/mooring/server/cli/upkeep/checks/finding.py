"""A finding: one thing is sound, doubtful or broken, and what to do about it."""

from typing import Literal, NamedTuple

Level = Literal["ok", "warning", "problem"]


class Finding(NamedTuple):
    """What one check found, and what to do about it."""

    check: str
    level: Level
    sentence: str
    next_step: str = ""

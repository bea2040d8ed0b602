"""`mooring` with a sampler inside: where the loop's processor time goes, as collapsed stacks.

    python -m bench.profiled STACKS serve --port 8000

Each line of the file STACKS is a stack and how often it was met, as every flame graph's maker reads it.
"""

from __future__ import annotations

import collections
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mooring.command import main

if TYPE_CHECKING:
    from types import FrameType

EVERY = 0.001
"""Seconds of processor time between two samples."""

_stacks: collections.Counter[tuple[str, ...]] = collections.Counter()


def _sample(_signal: int, frame: FrameType | None) -> None:
    stack = []
    while frame is not None:
        code = frame.f_code
        stack.append(f"{Path(code.co_filename).stem}:{code.co_qualname}")
        frame = frame.f_back
    _stacks[tuple(reversed(stack))] += 1


def run(stacks: Path, arguments: list[str]) -> int:
    """Run `mooring ARGUMENTS` and write what was met into ``stacks``."""
    signal.signal(signal.SIGPROF, _sample)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    try:
        return main(arguments)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        lines = sorted(f"{';'.join(stack)} {count}\n" for stack, count in _stacks.items())
        stacks.parent.mkdir(parents=True, exist_ok=True)
        stacks.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1]), sys.argv[2:]))

"""A program of Windows, run for what it prints: within its time, and never more than an answer can be."""

from __future__ import annotations

import subprocess
from threading import Thread
from time import monotonic
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""A console of its own, and hidden: PowerShell renames nobody's window, and none flashes up."""

_PIECE = 65_536


class NoEnd(Exception):
    """The program went on beyond its time, or printed beyond all measure; it was ended."""


class TooSlow(NoEnd):
    """The program did not end in its time."""


def printed_by(command: Sequence[str], *, patience: float, most_bytes: int) -> bytes:
    """Return what ``command`` prints; whatever comes of it, the program has ended then.

    Raises:
        OSError: it could not be started.
        TooSlow: it did not end within ``patience`` seconds.
        NoEnd: it printed more than ``most_bytes``. No more than those were ever kept.
    """
    until = monotonic() + patience
    program = subprocess.Popen(  # noqa: S603 - a program of Windows, by its whole path
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        creationflags=NO_WINDOW,
    )
    printed = bytearray()
    # A pipe of Windows cannot be waited for with a time limit, so a thread waits. It closes the pipe itself,
    # and ends by itself where somebody else still holds the other end.
    reader = Thread(target=_read, args=(program.stdout, printed, most_bytes), daemon=True)
    try:
        reader.start()
        reader.join(patience)
        if len(printed) > most_bytes:
            raise NoEnd
        program.wait(max(until - monotonic(), 0.0) if not reader.is_alive() else 0.0)
    except subprocess.TimeoutExpired:
        raise TooSlow from None
    finally:
        program.kill()
        program.wait()
    if reader.is_alive():  # the program is gone, and what it started still holds the pipe
        raise TooSlow
    return bytes(printed)


def _read(pipe: IO[bytes], printed: bytearray, most_bytes: int) -> None:
    """Read until the end, or one byte too many; a program that goes on then meets a closed pipe."""
    with pipe:
        while len(printed) <= most_bytes and (piece := pipe.read(min(_PIECE, most_bytes + 1 - len(printed)))):
            printed += piece

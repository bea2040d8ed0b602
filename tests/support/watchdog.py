"""A watchdog beside the interface's thread: how long it was held up within one call into our code."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import mooring

_OURS = os.path.dirname(mooring.__file__)
_EVERY_SECONDS = 0.005
_MOST_FOR_A_LOOK = 0.025


class Stalls:
    """What was seen: for each call in which the thread waited, its place and for how long."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @property
    def longest(self) -> float:
        """The longest time that one call kept the thread waiting."""
        return max(self.seconds.values(), default=0.0)

    def note(self, place: str, seconds: float) -> None:
        """Note that a call has waited for so long until now."""
        self.seconds[place] = max(seconds, self.seconds.get(place, 0.0))


@contextmanager
def watching() -> Iterator[Stalls]:
    """Watch the thread that calls this.

    A look counts only where the thread is in a call of ours and sleeps there: in a socket, a lock, a sleep or
    a file. Who only waits for the processor is ready to run. A look counts for the time since the last one,
    and for little more than its interval where a busy machine delayed it.
    """
    stalls, ended = Stalls(), threading.Event()
    thread, state = threading.get_ident(), f"/proc/self/task/{threading.get_native_id()}/stat"

    def watch() -> None:
        call, waited, last = None, 0.0, time.monotonic()
        while not ended.wait(_EVERY_SECONDS):
            now = _call_of_ours(sys._current_frames().get(thread))
            if now is None or now is not call:
                call, waited = now, 0.0
            since, last = time.monotonic() - last, time.monotonic()
            if call is not None and _sleeps(state):
                waited += min(since, _MOST_FOR_A_LOOK)
                stalls.note(f"{call.f_code.co_filename}:{call.f_code.co_name}", waited)

    dog = threading.Thread(target=watch, daemon=True)
    dog.start()
    try:
        yield stalls
    finally:
        ended.set()
        dog.join()


def _call_of_ours(frame: FrameType | None) -> FrameType | None:
    """Return the call by which the thread came into our code; None where it is not there."""
    found = None
    while frame is not None:
        if frame.f_code.co_filename.startswith(_OURS):
            found = frame
        frame = frame.f_back
    return found


def _sleeps(state: str) -> bool:
    with open(state, encoding="utf-8") as file:
        return file.read().rpartition(")")[2].split()[0] in "SD"

"""The lock that lets one process, and one thread in it, change an installation at a time."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PAUSE_SECONDS = 0.02

# A child made by `os.fork` inherits the open file of a lock that a thread of its parent holds. It never held
# the lock itself, and would keep it from everybody if its parent died: so the child closes these at once.
_open_locks: set[int] = set()


@contextlib.contextmanager
def file_lock(
    path: str,
    *,
    seconds: float,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[bool]:
    """Hold the lock on ``path`` for the block; False when somebody else still had it after ``seconds``.

    The system frees the lock when its process ends, however that happens.

    Raises:
        OSError: the file cannot be made.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    _open_locks.add(file)
    held = False
    try:
        deadline = monotonic() + seconds
        held = _try_lock(file)
        while not held and monotonic() < deadline:
            sleep(_PAUSE_SECONDS)
            held = _try_lock(file)
        yield held
    finally:
        if file in _open_locks:  # it is not, in a child that was forked inside the block
            _open_locks.discard(file)
            if held:
                _unlock(file)
            os.close(file)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: int) -> None:
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    # `flock` and not `lockf`: it belongs to the open file, so two threads exclude each other as well.
    import fcntl

    def _try_lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)

    def _close_inherited() -> None:
        while _open_locks:
            with contextlib.suppress(OSError):
                os.close(_open_locks.pop())

    os.register_at_fork(after_in_child=_close_inherited)

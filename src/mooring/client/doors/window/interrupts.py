"""Ctrl+C while the window has the thread: Qt's loop lets Python hear it only when something happens."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_EVERY_MILLISECONDS = 250


@contextmanager
def heard_interrupts(close: Callable[[], object]) -> Iterator[None]:
    """Let ``close`` end the loop within that is interrupted, and raise afterwards what it would have raised.

    A program that hears interrupts itself goes on to; Python would print, and lose, what is raised in a loop
    of Qt.

    Raises:
        KeyboardInterrupt: it was interrupted.
    """
    awake = QTimer()
    awake.timeout.connect(lambda: None)  # Python hears a signal when it runs anything at all
    awake.start(_EVERY_MILLISECONDS)
    interrupted = False

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        nonlocal interrupted
        interrupted = True
        close()

    in_main = threading.current_thread() is threading.main_thread()  # no other thread may set a handler
    is_ours = in_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_ours:
        signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        awake.stop()
        if is_ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
    if interrupted:
        raise KeyboardInterrupt

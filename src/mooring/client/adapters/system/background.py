"""An errand that is run again and again in a daemon thread, until it is told to stop."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from mooring.client.adapters.system.making import making

if TYPE_CHECKING:
    from collections.abc import Callable

_AFTER_A_FAULT = 3600.0
_JOIN_SECONDS = 1.0


class Background:
    """Runs an errand at once, and again after as many seconds as it returns.

    A process made by `os.fork` has no such thread; `start` there starts its own.

    Args:
        errand: returns the seconds until it is to be run again.
        log: receives what an errand raised; an error in the background never ends the program.
    """

    def __init__(self, errand: Callable[[], float], log: Callable[[str], None]) -> None:
        self._errand = errand
        self._log = log
        self._thread: threading.Thread | None = None
        self._process = 0
        self._woken = threading.Event()
        self._stopped = threading.Event()

    @property
    def running(self) -> bool:
        """Whether the thread runs in this process."""
        return self._process == os.getpid() and self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Start the thread, if it does not run yet."""
        with making:  # two threads that start it at once start one
            if not self.running:
                self._start()

    def _start(self) -> None:
        self._process, self._woken, self._stopped = os.getpid(), threading.Event(), threading.Event()
        arguments = (self._woken, self._stopped)
        self._thread = threading.Thread(
            target=self._run, args=arguments, name="mooring-keep-fresh", daemon=True
        )
        try:
            self._thread.start()
        except RuntimeError as error:  # the interpreter is shutting down, or there is no thread to be had
            self._log(f"no background thread: {error}")

    def wake(self) -> None:
        """Run the errand now."""
        self._woken.set()

    def stop(self) -> None:
        """End the thread; one in the middle of an exchange is left to its deadline."""
        self._stopped.set()
        self._woken.set()
        thread = self._thread
        if self.running and thread is not None and thread is not threading.current_thread():
            thread.join(_JOIN_SECONDS)

    def _run(self, woken: threading.Event, stopped: threading.Event) -> None:
        while not stopped.is_set():
            woken.clear()
            try:
                seconds = self._errand()
            except Exception as error:  # noqa: BLE001 - see the class
                self._log(f"keep_fresh: {type(error).__name__}")
                seconds = _AFTER_A_FAULT
            if not stopped.is_set():
                woken.wait(seconds)

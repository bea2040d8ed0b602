"""One window of an App in a program: whoever asks for Settings again turns the one that is there."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.client.app import App
    from mooring.client.view.settings.page import PageName

TURNED_BY_INPUT = "MOORING_WINDOW_TURNED"
"""Set in the environment of a window's own process: each line of its standard input is a page to turn to."""

_lock = threading.RLock()  # held while a window is turned, too: it does not go meanwhile
_held: list[HeldWindow] = []


class HeldWindow:
    """The place of a window, from before it is made until it is closed.

    Args:
        app: whose Settings they are.
        first_run: whether it is the small form.
    """

    def __init__(self, app: App, *, first_run: bool) -> None:
        self.app = app
        self.first_run = first_run
        self._turn: Callable[[PageName], object] | None = None
        self._asked: PageName | None = None
        self._released = threading.Event()
        self._failure: RuntimeError | None = None

    def turn_to(self, page: PageName) -> None:
        """Bring it to the front at ``page``, now or when it is there; the lock is held."""
        if self._turn is None:
            self._asked = page
        else:
            self._turn(page)

    def is_made(self, turn: Callable[[PageName], object]) -> None:
        """Be turned by ``turn`` from now on: any thread may call it, and it returns at once."""
        with _lock:
            self._turn = turn
            if self._asked is not None:
                turn(self._asked)

    def let_go(self) -> None:
        """Be turned no more: the next who asks has a window of its own."""
        with _lock:
            if self in _held:
                _held.remove(self)

    def is_closed(self, failure: RuntimeError | None = None) -> None:
        """Let it go, and those who wait."""
        self.let_go()
        self.release(failure)

    def release(self, failure: RuntimeError | None = None) -> None:
        """Let go those who wait: who opened it waits no longer, either."""
        self._failure = failure
        self._released.set()

    def wait(self) -> None:
        """Return when who opened it returns, which is when it is closed where no loop runs.

        Raises:
            RuntimeError: it could not be made, or its process failed.
        """
        self._released.wait()
        if self._failure is not None:
            raise RuntimeError(*self._failure.args)


def hold(app: App, page: PageName, *, first_run: bool) -> tuple[HeldWindow, bool]:
    """Return the window's place, and whether the caller is to make it; else it is turned to ``page``.

    One that is only being made is turned as soon as it is there.
    """
    with _lock:
        for each in _held:
            if each.app is app and each.first_run == first_run:
                each.turn_to(page)
                return each, False
        mine = HeldWindow(app, first_run=first_run)
        _held.append(mine)
        return mine, True

"""Opening the window: in a program's own Qt loop, in one made for it, or in a process of its own."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QThread
from PySide6.QtGui import QGuiApplication

from mooring.client.doors.window.held import TURNED_BY_INPUT, hold
from mooring.client.doors.window.interrupts import heard_interrupts
from mooring.client.doors.window.settings_window import SettingsWindow

if TYPE_CHECKING:
    from mooring.client.app import App
    from mooring.client.doors.window.held import HeldWindow
    from mooring.client.view.settings.page import PageName

_open: dict[HeldWindow, SettingsWindow] = {}
"""The windows that are shown: a program may drop what `open_window` returned."""
_made: list[QGuiApplication] = []
"""The application that was made here: Qt has one in a process, and it is kept for the next window."""


def open_window(app: App, page: PageName = "activation") -> SettingsWindow | None:
    """Show Settings, opened at ``page``.

    An App has one window, whichever threads ask: it is brought to the front, at ``page``.

    In a program whose Qt loop runs this returns at once, and returns the window, if it is one of this thread.
    Without a loop it returns when the window is closed, and then returns None; from another thread than
    the main one, or beside another toolkit, a new window is one of a process of its own.

    Raises:
        RuntimeError: the toolkit could not make the window, or the process of its own failed; in a bundle,
            where there is no Python to run one, it is a mistake in the program.
    """
    return _show(app, page, first_run=False)


def open_dialog(app: App) -> None:
    """Show the small form of a first run until it is closed; raises as `open_window`."""
    _show(app, "activation", first_run=True)


def _show(app: App, page: PageName, *, first_run: bool) -> SettingsWindow | None:
    has_a_loop = QThread.currentThread().loopLevel() > 0
    held, is_mine = hold(app, page, first_run=first_run)
    shown = _make(app, page, held) if is_mine else _shown_here(held)
    if has_a_loop and not (first_run and shown):
        if is_mine:
            held.release()
        return shown
    if shown is None:
        held.wait()
    else:
        _run_until_closed(shown)
    return None


def _make(app: App, page: PageName, held: HeldWindow) -> SettingsWindow | None:
    """Make the window; where this thread can have none, show one in a process until it is closed."""
    running = QCoreApplication.instance()
    try:
        if not _is_at_home(running):
            _in_a_process(app, page, held)
            held.is_closed()
            return None
        if running is None:
            _made.append(QGuiApplication([sys.argv[0] or "mooring"]))
        shown = SettingsWindow(app, page, first_run=held.first_run)
    except BaseException as error:
        held.is_closed(error if isinstance(error, RuntimeError) else None)
        raise
    _open[held] = shown
    shown.closed.connect(lambda: _forget(held))
    held.is_made(shown.asked.emit)
    if os.environ.pop(TURNED_BY_INPUT, None):
        from mooring.client.doors.window.child import be_turned  # noqa: PLC0415 - only in such a process

        be_turned(shown.asked.emit)
    return shown


def _forget(held: HeldWindow) -> None:
    del _open[held]
    held.is_closed()


def _shown_here(held: HeldWindow) -> SettingsWindow | None:
    """Return the window, if this is its thread."""
    shown = _open.get(held)
    return shown if shown is not None and shown.thread() == QThread.currentThread() else None


def _run_until_closed(shown: SettingsWindow) -> None:
    loop = QEventLoop()
    shown.closed.connect(loop.quit)
    with heard_interrupts(shown.close):
        loop.exec()
    shown.close()  # the program may have been told to quit
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _is_at_home(running: QCoreApplication | None) -> bool:
    """Tell whether a window can be made in this thread of this process."""
    if running is None:
        return threading.current_thread() is threading.main_thread()
    return isinstance(running, QGuiApplication) and running.thread() == QThread.currentThread()


def _in_a_process(app: App, page: PageName, held: HeldWindow) -> None:
    from mooring.client.doors.window.child import (  # noqa: PLC0415 - most windows are made here, and sooner
        has_an_interpreter,
        show_in_a_process,
    )

    if not has_an_interpreter():
        raise RuntimeError("In a bundle, show Settings from the main thread, without a running asyncio loop.")
    show_in_a_process(app, page, held)

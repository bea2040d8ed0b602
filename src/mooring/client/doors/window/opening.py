"""Opening the window: in a program's own Qt loop, in one made for it, or in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QThread
from PySide6.QtGui import QGuiApplication

from mooring.client.doors.window.interrupts import heard_interrupts
from mooring.client.doors.window.settings_window import SettingsWindow

if TYPE_CHECKING:
    from mooring.client.app import App
    from mooring.client.view.settings.page import PageName

_open: list[SettingsWindow] = []
"""The windows that are shown: a program may drop what `open_window` returned."""
_made: list[QGuiApplication] = []
"""The application that was made here: Qt has one in a process, and it is kept for the next window."""


def open_window(app: App, page: PageName = "activation") -> SettingsWindow | None:
    """Show Settings, opened at ``page``.

    In a program whose Qt loop runs, the window is shown, or brought to the front, and this returns at once.
    Without a loop it returns when the window is closed, and then returns None; from another thread than
    the main one, or beside another toolkit, the window is one of a process of its own.

    Raises:
        RuntimeError: the toolkit could not make the window, or the process of its own failed; in a bundle,
            where there is no Python to run one, it is a mistake in the program.
    """
    return _show(app, page, first_run=False)


def open_dialog(app: App) -> None:
    """Show the small form of a first run until it is closed; raises as `open_window`."""
    _show(app, "activation", first_run=True)


def _show(app: App, page: PageName, *, first_run: bool) -> SettingsWindow | None:
    running = QCoreApplication.instance()
    if not _is_at_home(running):
        _in_a_process(app, page, first_run=first_run)
        return None
    if running is None:
        _made.append(QGuiApplication([sys.argv[0] or "mooring"]))
    shown = _shown_already(app) if not first_run else None
    if shown is not None:
        shown.raise_at(page)
    else:
        shown = SettingsWindow(app, page, first_run=first_run)
        _open.append(shown)
        shown.closed.connect(lambda: _open.remove(shown))
    has_a_loop = running is not None and QThread.currentThread().loopLevel() > 0
    if first_run or not has_a_loop:
        loop = QEventLoop()
        shown.closed.connect(loop.quit)
        with heard_interrupts(shown.close):
            loop.exec()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return None
    return shown


def _shown_already(app: App) -> SettingsWindow | None:
    return next((each for each in _open if each.is_open and each.bridge.app is app), None)


def _is_at_home(running: QCoreApplication | None) -> bool:
    """Tell whether a window can be made in this thread of this process."""
    if running is None:
        return threading.current_thread() is threading.main_thread()
    return isinstance(running, QGuiApplication) and running.thread() == QThread.currentThread()


def _in_a_process(app: App, page: PageName, *, first_run: bool) -> None:
    """Run `mooring window` for this App, and wait until it is closed."""
    if not _has_an_interpreter():
        raise RuntimeError("In a bundle, show Settings from the main thread, without a running asyncio loop.")
    with tempfile.TemporaryDirectory(prefix="mooring-window-") as folder:
        descriptor = os.path.join(folder, "mooring.json")
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(app.descriptor_document)
        arguments = [
            *app.command_options(descriptor),
            "window",
            *(["--first-run"] if first_run else []),
            page,
        ]
        command = [sys.executable, "-m", "mooring", *arguments]
        ended = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)  # noqa: S603 - our own
    if ended.returncode:
        raise RuntimeError(f"The window of Settings ended before it was closed (code {ended.returncode}).")


def _has_an_interpreter() -> bool:
    """Tell whether `sys.executable` is Python: in a bundle it is the program, which would start once more."""
    return bool(sys.executable) and not getattr(sys, "frozen", False) and "__compiled__" not in globals()

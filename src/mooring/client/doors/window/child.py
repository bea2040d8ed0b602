"""The window in a process of its own: where this one has no thread or no room for Qt."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from typing import TYPE_CHECKING, cast

from mooring.client.doors.window.held import TURNED_BY_INPUT
from mooring.client.view.settings import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.client.app import App
    from mooring.client.doors.window.held import HeldWindow
    from mooring.client.view.settings.page import PageName


def show_in_a_process(app: App, page: PageName, held: HeldWindow) -> None:
    """Run `mooring window` for this App, and wait until it is closed.

    Raises:
        RuntimeError: it failed.
    """
    with tempfile.TemporaryDirectory(prefix="mooring-window-") as folder:
        descriptor = os.path.join(folder, "mooring.json")
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(app.descriptor_document)
        form = ["--first-run"] if held.first_run else []
        arguments = [*app.command_options(descriptor), "window", *form, page]
        command = [sys.executable, "-m", "mooring", *arguments]
        with subprocess.Popen(  # noqa: S603 - our own
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=os.environ | {TURNED_BY_INPUT: "1"}
        ) as process:
            held.is_made(_turning(process))
            try:
                process.wait()
            except BaseException:  # an interrupt: nobody waits for the window any more
                process.kill()
                raise
            finally:
                held.let_go()  # before the pipe is closed, and its number another file's
    if process.returncode:
        raise RuntimeError(f"The window of Settings ended before it was closed (code {process.returncode}).")


def _turning(process: subprocess.Popen[bytes]) -> Callable[[PageName], object]:
    pages = process.stdin.fileno() if process.stdin else -1

    def turn(page: PageName) -> None:
        try:
            os.write(pages, f"{page}\n".encode())
        except OSError:  # it is closed just now
            return

    return turn


def be_turned(turn: Callable[[PageName], object]) -> None:
    """In such a process, call ``turn`` from a thread with each page that the program asks for."""
    threading.Thread(target=_read, args=(turn,), name="mooring-window-turned", daemon=True).start()


def _read(turn: Callable[[PageName], object]) -> None:
    # Unbuffered: a daemon thread that held the lock of `sys.stdin` would abort the process at its end.
    begun = b""
    while chunk := os.read(0, 4096):
        *pages, begun = (begun + chunk).split(b"\n")
        for page in pages:
            if page.decode("ascii", "replace") in PAGES:
                turn(cast("PageName", page.decode()))


def has_an_interpreter() -> bool:
    """Tell whether `sys.executable` is Python: in a bundle it is the program, which would start once more."""
    return bool(sys.executable) and not getattr(sys, "frozen", False) and "__compiled__" not in globals()

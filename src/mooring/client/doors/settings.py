"""Which form of Settings is shown here: the window where there is a screen, else the terminal."""

from __future__ import annotations

import os
import sys
import threading
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

from mooring.client.domain.errors import SettingsUnavailable
from mooring.client.view.settings import PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mooring.client.app import App
    from mooring.client.bootstrap.doors import SettingsPage

Form = Literal["window", "terminal"]

_TOOLKITS: Mapping[Form, str] = {"window": "PySide6", "terminal": "textual"}
_FORMS: Mapping[Form, str] = {
    "window": "mooring.client.doors.window",
    "terminal": "mooring.client.doors.terminal",
}
"""Found by name, so that a bundle has only the form that its publisher names."""

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def show(app: App, page: SettingsPage, *, in_terminal: bool = False) -> None:
    """Show Settings, opened at ``page``.

    Raises:
        SettingsUnavailable: there is no form for this place.
        RuntimeError: the terminal is wanted from another thread than the main one, or beside a running loop:
            a mistake in the program.
        ValueError: there is no such page: the same.
    """
    _require_a_page(page)
    form, module = _form(app, in_terminal=in_terminal)
    if form == "window":
        module.open_window(app, page)
    else:
        _require_a_free_main_thread()
        module.open_settings(app, page)


def show_first_run(app: App, *, in_terminal: bool = False) -> None:
    """Show the small form of a first run, until it is closed; raises as `show`."""
    form, module = _form(app, in_terminal=in_terminal)
    if form == "terminal":
        _require_a_free_main_thread()
    module.open_dialog(app)


async def show_beside_a_loop(app: App, page: SettingsPage) -> None:
    """Show Settings until it is closed, while the loop runs on; raises as `show`."""
    _require_a_page(page)
    form, module = _form(app)
    if form == "terminal":
        await module.SettingsForm(app, page).run_async()
    else:
        await _in_a_thread(module.open_window, app, page)


async def show_first_run_beside_a_loop(app: App) -> None:
    """Show the small form until it is closed, while the loop runs on; raises as `show`."""
    form, module = _form(app)
    if form == "terminal":
        await module.SettingsForm(app, first_run=True).run_async()
    else:
        await _in_a_thread(module.open_dialog, app)


def choose_form(
    *,
    in_terminal: bool,
    platform: str,
    environ: Mapping[str, str],
    has_terminal: bool,
    is_installed: Callable[[Form], bool],
) -> Form:
    """Return the form for this place: the window before the terminal, if it can be shown.

    Args:
        in_terminal: whether the person asked for the terminal.
        platform: as `sys.platform` names it.
        environ: the environment: elsewhere than on Windows and macOS it tells whether there is a screen.
        has_terminal: whether a person sits before a terminal here.
        is_installed: whether the toolkit of a form is.

    Raises:
        SettingsUnavailable: there is none: ``not_installed``, or ``nowhere``.
    """
    has_screen = platform in {"win32", "darwin"} or any(environ.get(name) for name in _SCREENS)
    if has_screen and not in_terminal and is_installed("window"):
        return "window"
    if has_terminal and is_installed("terminal"):
        return "terminal"
    wanted: Form = "terminal" if in_terminal or not has_screen else "window"
    raise SettingsUnavailable("nowhere" if is_installed(wanted) else "not_installed")


def _form(app: App, *, in_terminal: bool = False) -> tuple[Form, Any]:
    try:
        form = _chosen(in_terminal=in_terminal)
        missing = ""
        module = None if form == "window" else import_module(_FORMS[form])
        if module is None:
            module, missing = _window()
        if module is None:
            form, module = _terminal_instead(missing)
    except SettingsUnavailable as error:
        error.voice = error.voice._replace(language=app.language)
        raise
    return form, module


def _chosen(*, in_terminal: bool) -> Form:
    return choose_form(
        in_terminal=in_terminal,
        platform=sys.platform,
        environ=os.environ,
        has_terminal=has_terminal(),
        is_installed=_is_installed,
    )


def _window() -> tuple[Any | None, str]:
    """Return the window form, or None where no screen is; and the library that its toolkit lacks."""
    try:
        module = import_module(_FORMS["window"])
    except ImportError as error:  # PySide6 is there, and a library of the system that it stands on is not
        return None, _missing_library(error)
    return (module if module.has_screen() else None), ""


def _missing_library(error: ImportError) -> str:
    """Return the library that could not be loaded; what the system said, where it names none."""
    name, _, why = str(error).partition(":")
    return name if why and ".so" in name else str(error)


def _terminal_instead(missing: str) -> tuple[Form, Any]:
    """Return the terminal form; where there is no terminal, tell the library that the window lacks."""
    try:
        form = _chosen(in_terminal=True)
    except SettingsUnavailable:
        if missing:
            raise SettingsUnavailable("library_missing", missing) from None
        raise
    return form, import_module(_FORMS[form])


def has_terminal() -> bool:
    """Tell whether a person sits before a terminal; a program made for a window may have no streams."""
    try:
        return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
    except ValueError:  # closed, as a service does it
        return False


def _is_installed(form: Form) -> bool:
    """Tell whether a form and its toolkit are there: a bundle may have one without the other."""
    return all(find_spec(name) is not None for name in (_TOOLKITS[form], _FORMS[form]))


def _require_a_page(page: str) -> None:
    if page not in PAGES:  # of the view, which is here before the toolkit: that reads whatever comes after it
        raise ValueError(f"Settings has no page {page!r}: there are {', '.join(PAGES)}.")


def _require_a_free_main_thread() -> None:
    """Raise where the terminal form would end at once: it hears signals, and is a loop itself."""
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("In a terminal, show Settings from the main thread.")
    import asyncio  # noqa: PLC0415 - the terminal form has it; a window is sooner without it

    if asyncio._get_running_loop() is not None:  # noqa: SLF001 - the public one raises where there is none
        raise RuntimeError("Beside a running loop, show Settings with mooring.aio.")


async def _in_a_thread(show: Callable[..., object], *given: object) -> None:
    import asyncio  # noqa: PLC0415 - who awaits this has it; a window without a loop is sooner without it

    await asyncio.to_thread(show, *given)

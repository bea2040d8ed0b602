"""Which form of Settings is shown here: the window where there is a screen, else the terminal."""

from __future__ import annotations

import os
import sys
import threading
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mooring.client.domain.errors import SettingsUnavailable
from mooring.client.view.settings import PAGES, labels_in

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


class Chosen(NamedTuple):
    """A form, its module, and why it came where a window was wanted, as a sentence in the App's language."""

    form: Form
    module: Any
    why: str = ""


def show(app: App, page: SettingsPage, *, in_terminal: bool = False) -> None:
    """Show Settings, opened at ``page``.

    Raises:
        SettingsUnavailable: there is no form for this place.
        RuntimeError: the terminal is wanted from another thread than the main one, or beside a running loop:
            a mistake in the program.
        ValueError: there is no such page: the same.
    """
    _require_a_page(page)
    chosen = _form(app, in_terminal=in_terminal)
    if chosen.form == "window":
        chosen.module.open_window(app, page)
    else:
        _require_a_free_main_thread()
        chosen.module.open_settings(app, page, why=chosen.why)


def show_first_run(app: App, *, in_terminal: bool = False) -> None:
    """Show the small form of a first run, until it is closed; raises as `show`."""
    chosen = _form(app, in_terminal=in_terminal)
    if chosen.form == "window":
        chosen.module.open_dialog(app)
    else:
        _require_a_free_main_thread()
        chosen.module.open_dialog(app, why=chosen.why)


async def show_beside_a_loop(app: App, page: SettingsPage) -> None:
    """Show Settings until it is closed, while the loop runs on; raises as `show`."""
    _require_a_page(page)
    chosen = _form(app)
    if chosen.form == "window":
        await _in_a_thread(chosen.module.open_window, app, page)
    else:
        await chosen.module.SettingsForm(app, page, why=chosen.why).run_async()


async def show_first_run_beside_a_loop(app: App) -> None:
    """Show the small form until it is closed, while the loop runs on; raises as `show`."""
    chosen = _form(app)
    if chosen.form == "window":
        await _in_a_thread(chosen.module.open_dialog, app)
    else:
        await chosen.module.SettingsForm(app, first_run=True, why=chosen.why).run_async()


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


def _form(app: App, *, in_terminal: bool = False) -> Chosen:
    try:
        form = _chosen(in_terminal=in_terminal)
        if form == "terminal":
            return Chosen(form, import_module(_FORMS[form]))
        module, missing = _window()
        if module is not None:
            return Chosen(form, module)
        return _terminal_instead(app.language, missing)
    except SettingsUnavailable as error:
        error.voice = error.voice._replace(language=app.language)
        raise


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
    return (module, "") if module.has_screen() else (None, module.missing_library())


def _missing_library(error: ImportError) -> str:
    """Return the library that could not be loaded; what the system said, where it names none."""
    name, _, why = str(error).partition(":")
    return name if why and ".so" in name else str(error)


def _terminal_instead(language: str, missing: str) -> Chosen:
    """Return the terminal form; where there is no terminal, tell the library that the window lacks."""
    try:
        form = _chosen(in_terminal=True)
    except SettingsUnavailable:
        if missing:
            raise SettingsUnavailable("library_missing", missing) from None
        raise
    why = labels_in(language)["instead_of_library" if missing else "instead_of_screen"]
    return Chosen(form, import_module(_FORMS[form]), why.format(library=missing))


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

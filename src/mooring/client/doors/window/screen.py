"""Whether the screen that the environment names is there: asked first, since Qt ends the program if not."""

from __future__ import annotations

import ctypes
import glob
import os
import re
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from collections.abc import Iterator


def has_screen() -> bool:
    """Tell whether a window can be shown.

    `DISPLAY` may name a screen that is gone, and Qt's plugin may miss a library of the system; then Qt does
    not fail, but aborts the whole program, with whatever the person had not saved.
    """
    if sys.platform in {"win32", "darwin"} or QCoreApplication.instance() is not None:
        return True
    return any(map(is_usable, _platforms()))


def missing_library() -> str:
    """Return the library of the system, such as ``libxcb-cursor.so.0``, that no plugin of Qt does without."""
    for platform in _platforms():
        found = [_hindrance(plugin) for plugin in _plugins(platform.partition("-")[0])]
        if found and all(found):
            return next(filter(None, map(_library_in, found)), "")
    return ""


def is_usable(platform: str) -> bool:
    """Tell whether Qt's plugin for ``platform``, such as ``xcb``, loads, and what it shows on answers."""
    family = platform.partition("-")[0]  # `wayland-egl` is a plugin of `wayland`
    if not family or not any(map(_loads, _plugins(family))):
        return False
    if family == "xcb":
        return x_answers()
    return wayland_answers() if family == "wayland" else True


def x_answers() -> bool:
    """Tell whether the X server that `DISPLAY` names lets us in: as Qt asks."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not refused


def wayland_answers() -> bool:
    """Tell whether the compositor that `WAYLAND_DISPLAY` names lets us in: as Qt asks."""
    wayland = ctypes.CDLL("libwayland-client.so.0")
    wayland.wl_display_connect.restype = ctypes.c_void_p
    display = wayland.wl_display_connect(None)
    if not display:
        return False
    wayland.wl_display_disconnect(ctypes.c_void_p(display))
    return True


def _platforms() -> Iterator[str]:
    """Yield what Qt would try."""
    chosen = os.environ.get("QT_QPA_PLATFORM")
    if chosen:
        yield from (each.partition(":")[0] for each in chosen.split(";"))
        return
    for name, platform in (("WAYLAND_DISPLAY", "wayland"), ("DISPLAY", "xcb")):
        if os.environ.get(name):
            yield platform


def _plugins(family: str) -> Iterator[str]:
    beside = os.path.dirname(sys.executable or "")  # where Qt looks, too, once it has an application
    folders = [os.path.join(each, "platforms") for each in (*QCoreApplication.libraryPaths(), beside)]
    for folder in (os.environ.get("QT_QPA_PLATFORM_PLUGIN_PATH"), *folders):
        if folder:
            yield from glob.glob(os.path.join(glob.escape(folder), f"libq{glob.escape(family)}*.so"))


def _loads(plugin: str) -> bool:
    return not _hindrance(plugin)


def _hindrance(plugin: str) -> str:
    """Return why a plugin does not load, in the words of the system; nothing where it does."""
    try:
        ctypes.CDLL(plugin)
    except OSError as error:  # a library of the system is missing, such as libxcb-cursor
        return str(error) or plugin
    return ""


def _library_in(hindrance: str) -> str:
    """Return the library that is not there; a plugin that is there, and broken, has a path."""
    named = re.search(r"(?:^|library )([^\s:/]+\.so[.\d]*): ", hindrance)
    return named[1] if named else ""

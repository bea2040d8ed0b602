"""How the window looks: light, dark or high contrast, and how large its text is."""

from __future__ import annotations

import os
import sys
from typing import Literal, NamedTuple

Scheme = Literal["light", "dark", "contrast"]


class Appearance(NamedTuple):
    """What a test, or the person's environment, may set; None follows the system.

    Attributes:
        scheme: the colors.
        text_scale: how much larger than usual the text is.
    """

    scheme: Scheme | None = None
    text_scale: float | None = None


def chosen_text_scale(appearance: Appearance) -> float:
    """Return how much larger than usual the text is to be, between 1 and 2.25 as Windows has it."""
    scale = appearance.text_scale
    if scale is None:
        scale = _of_environment() or _of_windows() or 1.0
    return min(max(scale, 1.0), 2.25)


def _of_environment() -> float | None:
    try:
        return float(os.environ["MOORING_TEXT_SCALE"])
    except (KeyError, ValueError):
        return None


def _of_windows() -> float | None:
    """Return the size of *Settings > Accessibility > Text size*; elsewhere Qt applies the desktop's."""
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 - only there

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, r"Software\Microsoft\Accessibility") as key:
                percent, _ = winreg.QueryValueEx(key, "TextScaleFactor")
        except OSError:
            return None
        return int(percent) / 100
    return None

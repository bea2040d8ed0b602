"""The colors of a mail: those of the pages, written out because mail programs know no variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_COLOR: Final = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{6});")
_DARK: Final = "@media (prefers-color-scheme: dark)"


class Palette(NamedTuple):
    """Colors by name, such as ``text-quiet``."""

    light: Mapping[str, str]
    dark: Mapping[str, str]


def palette_of(tokens: str) -> Palette:
    """Return the colors in the style sheet of design tokens."""
    light, _, dark = tokens.partition(_DARK)
    return Palette(dict(_COLOR.findall(light)), dict(_COLOR.findall(dark)))

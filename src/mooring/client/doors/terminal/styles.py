"""How the terminal form looks: light, dark, high contrast; where NO_COLOR asks for it, without color."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Mapping

DARK = Theme(
    name="mooring-dark", dark=True,
    primary="#4cc2ff", secondary="#9aa4ad", accent="#4cc2ff", foreground="#ffffff",
    background="#1c1c1c", surface="#202020", panel="#2b2b2b",
    success="#6ccb5f", warning="#fce100", error="#ff99a4",
)  # fmt: skip
LIGHT = Theme(
    name="mooring-light", dark=False,
    primary="#005fb8", secondary="#5d5d5d", accent="#005fb8", foreground="#1a1a1a",
    background="#f3f3f3", surface="#fbfbfb", panel="#e6e6e6",
    success="#0f7b0f", warning="#8a5a00", error="#b3261e",
)  # fmt: skip
CONTRAST = Theme(
    name="mooring-contrast", dark=True,
    primary="#ffff00", secondary="#ffffff", accent="#ffff00", foreground="#ffffff",
    background="#000000", surface="#000000", panel="#333333",
    success="#00ff00", warning="#ffff00", error="#ff8080",
)  # fmt: skip

THEMES = (DARK, LIGHT, CONTRAST)
"""In the order in which a key changes from one to the next."""

_BRIGHT = frozenset({"7", "15"})


def theme_for(environ: Mapping[str, str]) -> Theme:
    """Return the theme for a terminal: light where it says that its background is, else dark."""
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT if background in _BRIGHT else DARK


CSS = """
Screen { background: $background; color: $foreground; }
#why { height: auto; padding: 0 1; }
#title { height: 1; padding: 0 1; background: $panel; color: $foreground; text-style: bold; }
#pages { width: 23; height: 1fr; padding: 1 0; border: none; background: $background; }
#pages > .option-list--option-highlighted {
    background: $panel; color: $foreground; text-style: bold;
}
#pages:focus > .option-list--option-highlighted {
    background: $primary; color: $background; text-style: bold reverse;
}
#content { width: 1fr; height: 1fr; }
.-narrow #pages { width: 3; text-wrap: nowrap; text-overflow: clip; }
.-narrow #pages:focus { width: 23; }
.-narrow Fact { layout: vertical; }
.-narrow Fact > .label { width: 1fr; }
.-narrow Input { padding: 0; }

PageView {
    padding: 0 1; height: 1fr; background: $surface; border-left: solid $panel;
    scrollbar-size-vertical: 1;
}
PageView:focus { border-left: heavy $primary; }
.title { text-style: bold; margin: 0 0 1 0; }
.headline { text-style: bold; height: auto; }
.quiet { color: $secondary; }
.good { color: $success; }
.warning { color: $warning; }
.bad { color: $error; }
.section { text-style: bold; margin: 1 0 0 0; color: $primary; height: auto; }
.code { text-style: bold; margin: 0 2; }
.block { height: auto; margin: 1 0 0 0; padding: 0 1; border-left: solid $secondary; }
Words { height: auto; width: 1fr; }
Facts { height: auto; }
Fact { height: auto; }
Fact > .label { width: 20; color: $secondary; padding-right: 1; }
Box { height: auto; }
QrCode { width: auto; height: auto; background: #ffffff; color: #000000; margin: 1 0; }

Do {
    height: auto; min-height: 1; min-width: 4; width: auto; max-width: 100%; border: none;
    padding: 0 1; margin: 0 1 0 0; background: $panel; color: $foreground;
    text-style: none; tint: transparent; text-align: left; content-align: left middle;
}
Do:hover { background: $primary 30%; }
Do.main { text-style: bold; }
Do.-busy { text-style: dim; }
Do:focus {
    background: $primary; color: $background; text-style: bold reverse; tint: transparent;
}
Input { height: 3; border: tall $secondary; background: $surface; }
Input:focus { border: tall $primary; }

StatusLine { height: auto; }
StatusLine > .busy { color: $primary; text-style: italic; }
#problem { height: auto; border-left: heavy $error; padding: 0 1; margin-bottom: 1; }
#notice { border-left: heavy $success; padding: 0 1; margin-bottom: 1; }

Question { align: center middle; background: $background 70%; }
Question > Vertical {
    width: 60; max-width: 95%; height: auto; padding: 1 2; background: $surface;
    border: round $primary;
}
Question Horizontal { height: auto; margin-top: 1; align-horizontal: right; }
"""

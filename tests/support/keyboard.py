"""A person before the terminal form who has a keyboard and nothing else."""

import time
from collections.abc import Callable
from typing import Any

from textual.events import Paste
from textual.pilot import Pilot
from textual.widget import Widget

from mooring.client.doors.terminal import SettingsForm
from mooring.client.view.settings import PAGES

PATIENCE = 30
"""Seconds after which something never comes."""
MOST_STOPS = 60
"""How often Tab is pressed before something is out of reach."""


class Keyboard:
    """Tab, arrows, Enter, Escape and letters; and eyes."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self._pilot = pilot
        self.form: Any = pilot.app
        assert isinstance(self.form, SettingsForm)

    async def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        await self._pilot.press(*keys)

    async def turn_to(self, page: str) -> None:
        """Go to the list of pages and choose one."""
        step = PAGES.index(page) - self.form.query_one("#pages").highlighted
        await self.press("escape", *["down" if step > 0 else "up"] * abs(step), "enter")
        await self.until(lambda: self.form.query_one("#content").current == f"page_{page}", page)

    async def tab_to(self, name: str) -> Widget:
        """Press Tab until the part with this identifier, or of this class, has the focus."""
        for _ in range(MOST_STOPS):
            focused = self.form.focused
            if focused is not None and (focused.id == name or focused.has_class(name)):
                return focused
            await self.press("tab")
        raise AssertionError(f"{name} cannot be reached by Tab; at last {self.form.focused} had the focus")

    async def push(self, name: str) -> None:
        """Reach a button by Tab and press Enter."""
        await self.tab_to(name)
        await self.press("enter")

    async def type_into(self, name: str, text: str) -> None:
        """Reach a field by Tab and type."""
        await self.tab_to(name)
        await self.press(*text)

    async def paste_into(self, name: str, text: str) -> None:
        """Reach a field by Tab and paste."""
        await self.tab_to(name)
        self.form.post_message(Paste(text))
        await self._pilot.pause()

    async def until(self, true: Callable[[], object], what: str) -> None:
        """Wait until something is seen."""
        ends = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < ends, f"never came: {what}\n{self.seen()}"
            await self._pilot.pause(0.02)
        await self._pilot.pause()

    async def reads(self, text: str) -> None:
        """Wait until a text can be read on the page."""
        await self.until(lambda: text in self.seen(), text)

    def seen(self) -> str:
        """Return everything that is on the page shown, scrolled to or not, in one line."""
        page = self.form.query_one(f"#{self.form.query_one('#content').current}")
        parts = [
            each.text for each in page.query("Words") if all(up.display for up in each.ancestors_with_self)
        ]
        return " ".join(" ".join(parts).split())

    def screen(self) -> str:
        """Return what the terminal shows right now, line by line."""
        strips = self.form.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in strips)

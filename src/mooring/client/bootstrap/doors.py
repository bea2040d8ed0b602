"""The door that a program opens for its person: Settings, found by name when it is asked for.

By name, because the face may not know the doors that stand on it; and so that a bundler which follows the
imports of a program does not pack a window's toolkit into one that never opens a window.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Literal, Protocol, cast

if TYPE_CHECKING:
    from mooring.client.app import App

SettingsPage = Literal["your_info", "devices", "activation", "privacy", "about"]
"""The pages of Settings."""

SETTINGS = "mooring.client.doors.settings"


class SettingsDoor(Protocol):
    """What the module of that name offers."""

    def show(self, app: App, page: SettingsPage, *, in_terminal: bool = False) -> None:
        """Show Settings."""
        ...

    def show_first_run(self, app: App, *, in_terminal: bool = False) -> None:
        """Show the small form of a first run."""
        ...

    async def show_beside_a_loop(self, app: App, page: SettingsPage) -> None:
        """Show Settings to a program that runs on `asyncio`."""
        ...

    async def show_first_run_beside_a_loop(self, app: App) -> None:
        """Show the small form to a program that runs on `asyncio`."""
        ...


def settings_door() -> SettingsDoor:
    """Return the module that shows Settings."""
    return cast(SettingsDoor, import_module(SETTINGS))

"""The terminal form of Settings (Textual): for servers, remote shells, and whoever prefers the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.doors.terminal.form import SettingsForm

if TYPE_CHECKING:
    from mooring.client.app import App
    from mooring.client.view.settings.page import PageName

__all__ = ["SettingsForm", "open_dialog", "open_settings"]


def open_settings(app: App, page: PageName = "activation", *, why: str = "") -> None:
    """Show Settings in this terminal until the person leaves; ``why`` it is here is its first line."""
    SettingsForm(app, page, why=why).run()


def open_dialog(app: App, *, why: str = "") -> None:
    """Show the small form of the first run in this terminal until the person leaves; see `open_settings`."""
    SettingsForm(app, first_run=True, why=why).run()

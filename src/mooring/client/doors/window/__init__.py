"""The window form of Settings, in PySide6 and QML. Importing it imports the toolkit."""

from mooring.client.doors.window.opening import open_dialog, open_window
from mooring.client.doors.window.screen import has_screen

__all__ = ["has_screen", "open_dialog", "open_window"]

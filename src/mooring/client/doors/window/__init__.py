"""The window form of Settings, in PySide6 and QML. Importing it imports the toolkit."""

from mooring.client.doors.window.opening import open_dialog, open_window
from mooring.client.doors.window.screen import has_screen, missing_library

__all__ = ["has_screen", "missing_library", "open_dialog", "open_window"]

"""The window form of Settings, in PySide6 and QML. Importing it imports the toolkit."""

from mooring.client.doors.window.opening import open_dialog, open_window

__all__ = ["open_dialog", "open_window"]

"""What PyInstaller packs along with the window of Settings: its QML."""  # noqa: N999 - PyInstaller's name

from PyInstaller.utils.hooks import collect_data_files  # type: ignore[import-untyped]

datas = collect_data_files("mooring.client.doors.window")
hiddenimports = ["PySide6.QtQuick", "PySide6.QtQuickControls2"]

"""The window of Harbor Notes."""

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine

from harbor_notes.licensing import app
from harbor_notes.notes import Notebook
from harbor_notes.window.desk import Desk
from harbor_notes.window.translator import Translator

QML = Path(__file__).parent / "qml"


def open_window(notebook: Notebook) -> int:
    """Show the window until it is closed, and return the exit code."""
    program = QGuiApplication(sys.argv[:1])
    program.setApplicationDisplayName("Harbor Notes")
    translator = Translator()
    program.installTranslator(translator)  # which it does not own: the name here keeps it
    desk = Desk(app, notebook)
    engine = drawn(desk)
    try:
        return program.exec()
    finally:
        desk.close()
        del engine  # before the desk that its window looks at


def drawn(desk: Desk) -> QQmlApplicationEngine:
    """Return what draws the window: at once, and then what is in it.

    Raises:
        RuntimeError: its QML is not there, or not as it was.
    """
    engine = QQmlApplicationEngine()
    engine.setInitialProperties({"desk": desk})
    engine.load(QML / "Main.qml")
    if not engine.rootObjects():
        raise RuntimeError(f"The window cannot be made from {QML}.")
    QTimer.singleShot(0, desk.open)
    return engine

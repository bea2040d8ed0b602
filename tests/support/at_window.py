"""A person at the Settings window: who reads, clicks, types and tabs, on a screen that nobody sees."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QFont, QGuiApplication
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from mooring.client.doors.window.appearance import Appearance
from mooring.client.doors.window.settings_window import SettingsWindow

PATIENCE_SECONDS = 8.0
_kept: list[QGuiApplication] = []


def the_application() -> QGuiApplication:
    """Return the one application of this process."""
    if not _kept:
        running = QGuiApplication.instance()
        _kept.append(running if isinstance(running, QGuiApplication) else QGuiApplication(["tests"]))
        _kept[0].setFont(QFont("Open Sans", 10))
    return _kept[0]


class AtWindow:
    """A person before ``shown``."""

    def __init__(self, shown: SettingsWindow) -> None:
        self.shown = shown
        self.view = shown.view

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Let the interface run until something holds."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < end, f"{what} did not come; there is:\n{self.seen()}"
            QTest.qWait(10)

    def settled(self) -> None:
        """Let the interface show what it was told, until nothing is being done."""
        page = self.view.page(self.shown.bridge.page)
        self.until(lambda: self.shown.window.property("begun") is not False, "the page")
        self.until(lambda: page.snapshot.ready and not page.snapshot.busy, "rest")
        known = self.shown.bridge.values_of(self.shown.bridge.page)
        self.until(lambda: known.values["ready"] and not known.values["busy"], "what was read")
        QTest.qWait(60)

    def items(self) -> Iterator[QQuickItem]:
        """Every item that can be seen."""
        yield from _seen_in(self.shown.window.contentItem())

    def texts(self) -> list[QQuickItem]:
        """Every text that can be seen."""
        return [each for each in self.items() if _kind(each) == "Text" and each.property("text")]

    def seen(self) -> str:
        """Everything that can be read."""
        return "\n".join(str(each.property("text")) for each in self.texts())

    def reads(self, sentence: str) -> None:
        """Wait until a sentence stands there."""
        self.until(lambda: sentence in self.seen(), sentence)

    def find(self, name: str) -> QQuickItem:
        """Return the control of that name, as soon as it can be used."""
        self.until(lambda: any(each.isEnabled() for each in self._named(name)), f"the control {name}")
        return next(each for each in self._named(name) if each.isEnabled())

    def _named(self, name: str) -> list[QQuickItem]:
        return [each for each in self.items() if each.objectName() == name]

    def click(self, name: str) -> None:
        """Click the control with the mouse, where it is in sight."""
        item = self.find(name)
        item.forceActiveFocus()
        QTest.qWait(30)
        place = item.mapToScene(item.boundingRect().center()).toPoint()
        assert self.shown.window.contentItem().boundingRect().contains(place), f"{name} is out of sight"
        QTest.mouseClick(self.shown.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        QTest.qWait(10)

    def press(self, *keys: Qt.Key) -> None:
        """Press keys, one after the other."""
        for key in keys:
            QTest.keyClick(self.shown.window, key)
            QTest.qWait(1)

    def push(self, name: str) -> None:
        """Use the control by the keyboard."""
        self.find(name).forceActiveFocus(Qt.FocusReason.TabFocusReason)
        self.press(Qt.Key.Key_Space)

    def type_into(self, name: str, text: str) -> None:
        """Type into a field."""
        self.find(name).forceActiveFocus(Qt.FocusReason.TabFocusReason)
        for letter in text:
            QTest.keyClick(self.shown.window, letter)

    def controls(self) -> list[QQuickItem]:
        """Everything that takes the keyboard."""
        return [
            each
            for each in self.items()
            if each.activeFocusOnTab() and each.isEnabled() and _role(each) != _NONE
        ]

    def tabbed(self) -> list[QQuickItem]:
        """Every control that Tab comes by, until it begins again."""
        met: list[QQuickItem] = []
        while True:
            self.press(Qt.Key.Key_Tab)
            item = self.shown.window.activeFocusItem()
            if item is None or item in met:
                return met
            met.append(item)

    def accessible_name(self, item: QQuickItem) -> str:
        """Return what a screen reader says of it."""
        known = QAccessible.queryAccessibleInterface(item)
        return known.text(QAccessible.Text.Name) if known else ""


_NONE = QAccessible.Role.NoRole


def _role(item: QQuickItem) -> QAccessible.Role:
    known = QAccessible.queryAccessibleInterface(item)
    return known.role() if known else _NONE


def _kind(item: QQuickItem) -> str:
    name = item.metaObject().className()
    return "Text" if name.startswith(("QQuickText", "Line_")) and not name.startswith("QQuickTextI") else name


def _seen_in(item: QQuickItem) -> Iterator[QQuickItem]:
    if item.isVisible():
        yield item
        for child in item.childItems():
            yield from _seen_in(child)


def _nothing(_: object) -> None:
    """Stand in for the desktop's browser."""


@contextmanager
def at_window(app, page="activation", *, size=(1060, 760), appearance=None, **options) -> Iterator[AtWindow]:
    """Open the window of an App, and close it in the end; nothing may be warned of meanwhile."""
    the_application()
    options.setdefault("open_address", _nothing)
    look = appearance or Appearance("light", 1.0)
    shown = SettingsWindow(app, page, appearance=look, **options)
    shown.window.resize(*size)
    person = AtWindow(shown)
    try:
        yield person
    finally:
        shown.close()
        QTest.qWait(20)
    assert not shown.warnings, sorted(set(shown.warnings))


def corner(item: QQuickItem) -> QPoint:
    """Return the place of the lower right corner of an item in its window."""
    return item.mapToScene(item.boundingRect().bottomRight()).toPoint()

"""One window: its engine, its bridge, and what ends with it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from PySide6 import QtQuick
from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtQml import QQmlApplicationEngine

from mooring.client.doors.window.appearance import Appearance, chosen_text_scale
from mooring.client.doors.window.bridge import Bridge

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.client.app import App
    from mooring.client.view.settings.page import PageName

QML = os.path.join(os.path.dirname(__file__), "qml")
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


class SettingsWindow(QObject):
    """A window that is shown; it lives until it is closed.

    Args:
        app: whose Settings they are.
        page: the page to begin with.
        first_run: whether it is the small form of a program that was just installed.
        appearance: what does not follow the system.
        open_address: opens an address in the browser; None is the desktop's own way.

    Raises:
        RuntimeError: the toolkit could not make the window.
    """

    closed = Signal()
    asked = Signal(str)
    """Brings it to the front at a page; any thread may emit it."""

    def __init__(
        self,
        app: App,
        page: PageName = "activation",
        *,
        first_run: bool = False,
        appearance: Appearance | None = None,
        open_address: Callable[[str], object] | None = None,
    ) -> None:
        super().__init__()
        self.appearance = appearance or Appearance()
        self.warnings: list[str] = []
        self.bridge = Bridge(app, page, open_address)
        self.view = self.bridge.view
        self._engine = QQmlApplicationEngine()
        # An engine's children go after its scene: else bindings would read a bridge that is there no more.
        self.bridge.setParent(self._engine)
        self._engine.warnings.connect(lambda found: self.warnings.extend(each.toString() for each in found))
        self._engine.setInitialProperties({"bridge": self.bridge, **self._look()})
        self._engine.load(QUrl.fromLocalFile(os.path.join(QML, "FirstRun.qml" if first_run else "Main.qml")))
        roots = self._engine.rootObjects()
        if not roots:
            raise RuntimeError(f"The window cannot be made: {'; '.join(self.warnings)}")
        root = roots[0]
        if not isinstance(root, QtQuick.QQuickWindow):
            raise TypeError("the window is none")
        self.window: QtQuick.QQuickWindow = root
        self._is_open = True
        self.asked.connect(self.raise_at)
        self.window.visibleChanged.connect(self._hidden)
        self.view.start()
        self.bridge.go_to(page, "key" if first_run else None)

    @property
    def is_open(self) -> bool:
        """Whether the person still has it before them."""
        return self._is_open

    def close(self) -> None:
        """Close it; twice is once."""
        if self._is_open:
            self.window.close()
            self._end()

    @Slot(str)
    def raise_at(self, page: PageName) -> None:
        """Bring it to the front, at another page; one that is closed stays so."""
        if not self._is_open:
            return
        self.bridge.go_to(page)
        self.window.show()
        self.window.raise_()
        self.window.requestActivate()

    def change_look(self, appearance: Appearance) -> None:
        """Look otherwise, at once."""
        self.appearance = appearance
        if self._is_open:
            for name, value in self._look().items():
                self.window.setProperty(name, value)

    def _look(self) -> dict[str, Any]:
        return {
            "chosenScheme": self.appearance.scheme or "",
            "textScale": chosen_text_scale(self.appearance),
            "rightToLeft": self.view.language.partition("_")[0] in _RIGHT_TO_LEFT,
        }

    def _hidden(self, visible: bool) -> None:
        if not visible:
            self._end()

    def _end(self) -> None:
        """Nobody looks any more: what still comes is dropped."""
        if not self._is_open:
            return
        self._is_open = False
        self.view.close()
        self.closed.emit()
        self._engine.deleteLater()

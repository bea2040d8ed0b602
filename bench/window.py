"""How long the Settings window takes to its first picture, beside an empty window of the same toolkit."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from bench.processes import plain_environment
from bench.table import Row

if TYPE_CHECKING:
    from pathlib import Path

    from bench.processes import Publisher

ROUNDS = 9
MOST = 1.5

_TO_THE_FIRST_PICTURE = """\
import mooring
app = mooring.App({descriptor!r}, home={home!r})
app.status()
import time; began = time.process_time()
import sys, os
{make}
def shown():
    print(1000 * (time.process_time() - began), flush=True)
    os._exit(0)
window.frameSwapped.connect(shown)
application.exec()
"""
_EMPTY = """\
from PySide6.QtGui import QGuiApplication
application = QGuiApplication(["bench"])
from PySide6.QtQml import QQmlApplicationEngine
from PySide6 import QtQuick
engine = QQmlApplicationEngine()
engine.loadData(b"import QtQuick; import QtQuick.Controls.FluentWinUI3;"
                b" ApplicationWindow { visible: true; width: 1060; height: 760 }")
window = engine.rootObjects()[0]
"""
_SETTINGS = """\
from mooring.client.doors import settings
assert settings._form(app).form == "window"
from PySide6.QtGui import QGuiApplication
application = QGuiApplication(["bench"])
from mooring.client.doors.window.settings_window import SettingsWindow
held = SettingsWindow(app)
window = held.window
"""


def first_pictures(descriptor: str, home: str, rounds: int = ROUNDS) -> list[tuple[float, float]]:
    """Return, of each round, the milliseconds of Settings and of an empty window, one right after the other.

    Both count the processor's time, in a program that has asked for its status, from the first import
    of Settings or of the toolkit: nobody waits for anything before it, and what else the machine does then
    does not show.
    """
    mine = _TO_THE_FIRST_PICTURE.format(make=_SETTINGS, descriptor=descriptor, home=home)
    empty = _TO_THE_FIRST_PICTURE.format(make=_EMPTY, descriptor=descriptor, home=home)
    for script in (mine, empty):
        _milliseconds(script)  # its modules are compiled now
    return [(_milliseconds(mine), _milliseconds(empty)) for _ in range(rounds)]


def rows(publisher: Publisher, folder: Path) -> list[Row]:
    """Measure the first picture of *Activation*."""
    pairs = first_pictures(str(publisher.descriptor), str(folder / "window-home"))
    return [
        Row(
            "first picture of the Settings window", [mine for mine, _ in pairs], "ms",
            "an empty window of the same toolkit and style", [empty for _, empty in pairs], at_most=MOST,
        )
    ]  # fmt: skip


def _milliseconds(script: str) -> float:
    environ = plain_environment() | {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True, timeout=60
    )
    return float(done.stdout)


if __name__ == "__main__":
    import json
    import statistics
    import tempfile
    from pathlib import Path as _Path

    from mooring.testing import FakeServer

    with tempfile.TemporaryDirectory() as place:
        file = _Path(place) / "mooring.json"
        file.write_text(json.dumps(FakeServer().descriptor))
        found = first_pictures(str(file), os.path.join(place, "home"))
    for name, values in zip(("settings", "empty"), zip(*found, strict=True), strict=True):
        print(f"{name}: {statistics.median(values):.0f} ms ({min(values):.0f}-{max(values):.0f})")
    print(f"ratio: {statistics.median(mine / empty for mine, empty in found):.2f}")

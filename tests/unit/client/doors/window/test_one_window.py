"""One window an App, whichever threads ask for it, in this process and in one of its own."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtTest import QTest

from mooring.client.doors.window import open_window, opening
from mooring.client.doors.window.held import hold
from mooring.testing import FakeServer
from tests.support.at_window import the_application

PATIENCE_SECONDS = 30.0

PROGRAM = """
import os, sys, threading, time
import mooring
app = mooring.App({descriptor!r}, home={home!r}, language="en")
threads = [threading.Thread(target=app.show_settings, args=(page,)) for page in ("about", "about")]
for each in threads: each.start()
while not os.path.exists({told!r}): time.sleep(0.02)
last = threading.Thread(target=app.show_settings, args=("privacy",))
last.start()
for each in (*threads, last): each.join()
print("closed")
"""
WINDOW = """
import os
from PySide6.QtCore import QTimer
from mooring.client.doors.window import opening
class Told(opening.SettingsWindow):
    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        with open({told!r}, "a") as file: file.write(f"{{os.getpid()}} ")
        self.bridge.pageChanged.connect(self._turned)
    def _turned(self):
        if self.bridge.page == "privacy":
            with open({told!r}, "a") as file: file.write("turned ")
            QTimer.singleShot(0, self.window.close)
opening.SettingsWindow = Told
"""


def test_two_threads_of_a_program_without_a_loop_have_one_window_and_the_last_page(tmp_path):
    descriptor, told, places = tmp_path / "mooring.json", tmp_path / "told", tmp_path / "site"
    descriptor.write_text(json.dumps(FakeServer().descriptor))
    places.mkdir()
    # Every Python reads it at its start: so the window's own process tells that it is there, and ends.
    start = "import sys\nif 'window' in sys.orig_argv:\n"
    start += "".join(f"    {line}\n" for line in WINDOW.format(told=str(told)).strip().splitlines())
    (places / "sitecustomize.py").write_text(start)
    program = PROGRAM.format(descriptor=str(descriptor), home=str(tmp_path / "home"), told=str(told))
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ
        | {"PYTHONPATH": str(places), "QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "closed\n"), done.stderr
    assert set(done.stderr.splitlines()) <= {"This plugin does not support raise()"}
    window, *turned = told.read_text().split()
    assert window.isdigit()
    assert turned == ["turned"]


def test_a_thread_turns_the_window_that_has_the_main_thread_and_waits_until_it_is_closed():
    the_application()
    app = FakeServer().app()
    seen = []

    def look(window):
        if window.bridge.page != "privacy":
            return
        seen.extend(opening._open.values())
        assert not asked.done()
        window.close()

    def ask():
        (window,) = opening._open.values()
        window.bridge.pageChanged.connect(lambda: look(window))
        nonlocal asked
        asked = pool.submit(open_window, app, "privacy")

    with ThreadPoolExecutor(1) as pool:
        asked = None
        QTimer.singleShot(50, ask)
        assert open_window(app, "about") is None
        assert asked.result(PATIENCE_SECONDS) is None
    assert len(seen) == 1
    assert not opening._open


def test_a_thread_turns_the_window_of_a_loop_and_goes_on_at_once():
    the_application()
    app = FakeServer().app()
    loop = QEventLoop()
    shown = []

    def in_the_loop():
        shown.append(open_window(app, "about"))
        shown[0].bridge.pageChanged.connect(loop.quit)
        threads.submit(open_window, app, "devices")

    with ThreadPoolExecutor(1) as threads:
        QTimer.singleShot(0, in_the_loop)
        loop.exec()
    (window,) = shown
    assert window.bridge.page == "devices"
    assert list(opening._open.values()) == [window]
    window.close()
    assert not opening._open


def test_who_asks_while_the_window_is_made_has_it_turned_as_soon_as_it_is_there():
    app = FakeServer().app()
    held, is_mine = hold(app, "about", first_run=False)
    assert is_mine
    assert hold(app, "privacy", first_run=False) == (held, False)
    turned = []
    held.is_made(turned.append)
    assert turned == ["privacy"]
    hold(app, "devices", first_run=False)
    assert turned == ["privacy", "devices"]
    held.is_closed()
    other, is_mine = hold(app, "about", first_run=False)
    assert is_mine
    assert other is not held
    other.is_closed()


def test_who_waits_for_a_window_that_could_not_be_made_hears_why():
    app = FakeServer().app()
    held, _ = hold(app, "about", first_run=False)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(held.wait)
        held.is_closed(RuntimeError("no room"))
        with pytest.raises(RuntimeError, match="no room"):
            waiting.result(PATIENCE_SECONDS)


def test_a_request_that_comes_when_the_window_has_just_closed_does_not_show_it_again(capfd):
    the_application()
    window = None
    app = FakeServer().app()

    def in_the_loop():
        nonlocal window
        window = open_window(app, "about")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(window.asked.emit, "devices").result(PATIENCE_SECONDS)
        window.close()
        loop.quit()

    loop = QEventLoop()
    QTimer.singleShot(0, in_the_loop)
    loop.exec()
    QTest.qWait(20)
    assert not window.is_open
    assert "Traceback" not in capfd.readouterr().err

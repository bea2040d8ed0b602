"""The window against a real server: a person's whole story by mouse and keys, and the command itself."""

import os
import signal
import subprocess
import sys
import time
import webbrowser
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

import mooring
from mooring.server.cli.demo.person import Person
from tests.support.at_window import at_window
from tests.support.commands import Laptop
from tests.support.servers import Server


@pytest.fixture
def mia(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Somebody whose browser opens when the program asks, makes an account and lets the program in."""
    email = f"mia.{os.urandom(4).hex()}@outlook.example"
    person = Person(server.address, email, "a password of four words", str(tmp_path / "cookies.txt"))
    file = tmp_path / "person.json"
    person.write(file)
    monkeypatch.setattr(webbrowser, "_tryorder", None)  # it reads BROWSER once in a process
    monkeypatch.setenv("BROWSER", f"{sys.executable} -m mooring.server.cli.demo.person {file} %s")
    return person


def app_on(laptop: Laptop) -> mooring.App:
    return mooring.App(laptop.descriptor, home=laptop.home, hardware=laptop.computer, language="en")


@pytest.mark.usefixtures("mia")
def test_activate_sign_in_link_change_hardware_and_come_back(laptop: Laptop, keys: Iterator[str]):
    with at_window(app_on(laptop)) as at:
        at.reads("Harbor Notes is not activated")
        at.type_into("key", next(keys))
        at.reads("The key is well typed")
        at.press(Qt.Key.Key_Return)
        at.reads("Harbor Notes is activated with a digital license")
        at.click("page_your_info")
        at.click("create_account")
        at.reads("You are signed in as m•••@o•••.example")
        at.click("link")
        at.reads("Harbor Notes is activated with a digital license linked to your account")
        at.click("page_devices")
        at.reads("This computer")

    changed = {"board_serial": "NEW-1", "system_uuid": "11112222-3333-4444-8555-666677778888"}
    laptop.computer = laptop.computer | changed
    with at_window(app_on(laptop)) as at:
        at.reads("This computer no longer matches its activation.")
        at.push("state_step")
        at.reads("Which of these devices are you using right now?")
        at.reads("Most likely this one")
        at.push("this_device_0")
        at.reads("Harbor Notes is activated with a digital license linked to your account")
    assert app_on(laptop).status().linked


def test_a_code_is_shown_to_be_scanned_and_given_up_with_escape(laptop: Laptop):
    with at_window(app_on(laptop), "your_info") as at:
        at.settled()
        at.click("sign_in_by_code")
        at.reads("Scan this with your phone")
        (code,) = [each for each in at.items() if each.objectName() == "user_code"]
        assert code.property("text") in at.view.your_info.snapshot.signing_in.complete_address
        at.press(Qt.Key.Key_Escape)
        at.until(lambda: at.view.your_info.snapshot.signing_in is None, "the end of it")
        at.reads("Nobody is signed in")


def test_no_frame_waits_for_a_server_that_hangs(
    tmp_path: Path, laptop: Laptop, keys: Iterator[str], server: Server
):
    app = app_on(laptop)
    app.activate(next(keys))
    with at_window(app) as at:
        at.settled()
        at.click("page_about")
        at.click("page_activation")
        at.settled()
        os.kill(server.process.pid, signal.SIGSTOP)  # it accepts connections, and answers nothing
        try:
            frames: list[tuple[float, float]] = []
            at.shown.window.frameSwapped.connect(
                lambda: frames.append((time.thread_time(), time.perf_counter()))
            )
            at.click("renew")
            at.reads("Renewing the license")
            for page in ("about", "devices", "privacy", "your_info", "activation"):
                at.click(f"page_{page}")
                at.until(lambda page=page: at.shown.bridge.page == page, page)
        finally:
            os.kill(server.process.pid, signal.SIGCONT)
        at.until(lambda: not at.view.activation.snapshot.busy, "the end of it")
    assert len(frames) > 10
    # What the interface itself worked between two frames: a busy machine makes everybody wait, which is
    # no fault of the window; a blocking call would let it wait without working, and stop the clicks above.
    worked = [after[0] - before[0] for before, after in pairwise(frames)]
    assert max(worked) < 0.1


def test_the_command_opens_the_window_and_ends_when_it_is_closed(laptop: Laptop):
    script = (
        "import sys; from PySide6.QtCore import QTimer; from PySide6.QtGui import QGuiApplication\n"
        "import mooring.client.doors.window.opening as opening\n"
        "from mooring.command import main\n"
        "made = opening.SettingsWindow.__init__\n"
        "def soon_closed(self, *given, **named):\n"
        "    made(self, *given, **named)\n"
        "    QTimer.singleShot(300, self.window.close)\n"
        "opening.SettingsWindow.__init__ = soon_closed\n"
        "sys.exit(main())\n"
    )
    environ = laptop.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
    done = subprocess.run(
        [sys.executable, "-c", script, "window", "privacy", "--json"],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert '"state": "not_activated"' in done.stdout

"""While the server hangs, no act of a person keeps the interface's thread waiting: by the clock, too."""

import threading
import time

import pytest
from PySide6.QtCore import Qt

from mooring.client.doors.window.bridge import Bridge
from mooring.client.view.settings import PAGES
from mooring.testing import FakeServer
from tests.support.at_window import at_window
from tests.support.watchdog import watching

MOST_SECONDS = 0.1
OF_THE_SERVER = (
    *("activate", "renew", "deactivate", "licenses", "devices", "candidates", "reactivate"),
    *("sign_in", "sign_out", "link", "unlink", "free_device", "free_all_devices", "rename_device"),
    *("check_connection", "privacy", "set_privacy", "share_nothing"),
)


@pytest.fixture
def hanging_app():
    """An App whose server takes the call, and says nothing until the test is over."""
    server = FakeServer()
    app = server.app()
    app.activate(server.mint())
    release = threading.Event()
    met = []

    def hanging(name, real):
        def call(*given, **named):
            met.append(name)
            release.wait(60)
            return real(*given, **named)

        return call

    for name in OF_THE_SERVER:
        setattr(app, name, hanging(name, getattr(app, name)))
    app.met = met
    yield app
    release.set()


def press_everything(at):
    """On each page, use each control by the keyboard; whatever opens or leads elsewhere is left again."""
    for page in PAGES:
        turn_to(at, page)
        for control in [each.objectName() for each in at.controls()]:
            if control.startswith("page_"):
                continue
            turn_to(at, page)
            if any(each.isEnabled() for each in at._named(control)):
                at.push(control)
                at.press(Qt.Key.Key_Escape)


def turn_to(at, page):
    if at.shown.bridge.page != page:
        at.push(f"page_{page}")
        at.until(lambda: at.shown.bridge.page == page, page)


def test_no_act_waits_for_a_server_that_hangs(hanging_app):
    with at_window(hanging_app) as at:
        at.until(lambda: at.shown.window.property("begun"), "the page")
        at.until(lambda: at.view.activation.snapshot.ready, "the state")
        with watching() as stalls:
            press_everything(at)
    assert {"renew", "sign_in", "privacy"} <= set(hanging_app.met)
    assert stalls.longest < MOST_SECONDS, stalls.seconds


@pytest.mark.parametrize("wait", [time.sleep, threading.Event().wait], ids=["sleep", "lock"])
def test_a_slot_that_waits_is_found(hanging_app, monkeypatch, wait):
    real = Bridge.go_to

    def go_to(self, page, part=None):
        wait(0.2)
        real(self, page, part)

    # In a file of ours, as a slot is.
    monkeypatch.setattr(Bridge, "go_to", _of_ours(go_to, real))
    with at_window(hanging_app) as at, watching() as stalls:
        at.push("page_about")
        at.until(lambda: at.shown.bridge.page == "about", "the page")
    assert stalls.longest >= MOST_SECONDS, stalls.seconds


def _of_ours(call, real):
    call.__code__ = call.__code__.replace(co_filename=real.__code__.co_filename)
    return call

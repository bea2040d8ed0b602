"""The window: by keyboard and screen reader alone, in time, and gone when it is closed."""

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from mooring.client.doors.window import child, open_dialog, open_window, opening
from mooring.client.view.settings import PAGES
from mooring.testing import FakeServer
from tests.support.at_window import at_window, the_application


def linked(server: FakeServer):
    app = server.app()
    app.activate(server.mint())
    app.sign_in()
    app.link()
    return app


@pytest.mark.parametrize("page", PAGES)
def test_every_control_has_a_name_and_is_reached_by_tab(page):
    with at_window(linked(FakeServer()), page) as at:
        at.settled()
        if page == "devices":
            at.until(lambda: at.shown.bridge.values_of("devices").values["loaded"], "the lists")
            at.settled()
        controls = at.controls()
        assert len(controls) >= 5 + 1
        for control in controls:
            assert at.accessible_name(control), f"no name: {control.objectName() or control}"
        met = at.tabbed()
        assert [each.objectName() for each in controls if each not in met] == []


@pytest.mark.parametrize("page", PAGES)
def test_what_needs_an_account_is_reached_by_tab_where_nobody_is_signed_in(page):
    with at_window(FakeServer().app(), page) as at:
        at.settled()
        met = at.tabbed()
        assert [each.objectName() for each in at.controls() if each not in met] == []
        assert all(at.accessible_name(each) for each in met)


def test_a_key_is_typed_with_help_and_activates_by_the_keyboard_alone():
    server = FakeServer()
    with at_window(server.app()) as at:
        at.reads("is not activated")
        key = server.mint()
        at.type_into("key", key[:-1])
        at.reads("1 character is missing")
        at.press(Qt.Key(ord(key[-1])))
        at.reads("The key is well typed")
        at.press(Qt.Key.Key_Return)
        at.reads("activated with a digital license")
        (field,) = at.shown.window.findChildren(QQuickItem, "key")
        at.until(lambda: field.property("text") == "", "the key is forgotten")


def test_a_key_that_was_refused_stays_to_be_corrected():
    server, other = FakeServer(), FakeServer()
    key = other.mint()
    with at_window(server.app()) as at:
        at.settled()
        at.type_into("key", key)
        at.press(Qt.Key.Key_Return)
        at.until(lambda: at.view.activation.snapshot.problem, "the refusal")
        at.settled()
        assert at.find("key").property("text") == key


def test_a_corrected_key_is_offered_and_taken_when_one_agrees():
    server = FakeServer()
    key = server.mint()
    with at_window(server.app()) as at:
        at.settled()
        at.type_into("key", ("B" if key[0] != "B" else "C") + key[1:])
        at.reads(f"Perhaps {key}")
        at.push("use_suggestion")
        at.reads("The key is well typed")


def test_pages_are_turned_by_key():
    with at_window(FakeServer().app()) as at:
        at.settled()
        QTest.keyClick(at.shown.window, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
        at.reads("Exactly what activating sends")
        assert at.shown.bridge.page == "privacy"


def test_a_privacy_switch_is_turned_by_the_keyboard_and_keeps_the_focus():
    app = linked(FakeServer())
    with at_window(app, "privacy") as at:
        at.settled()
        at.reads("Programs may send the name that your computer has")
        switch = at.find("choice_device_name")
        for key, said, agreed in (
            (Qt.Key.Key_Space, "You agreed: Names of your computers.", True),
            (Qt.Key.Key_Return, "Withdrawn: Names of your computers", False),
            (Qt.Key.Key_Enter, "You agreed: Names of your computers.", True),
        ):
            switch.forceActiveFocus(Qt.FocusReason.TabFocusReason)
            at.press(key)
            at.reads(said)
            at.settled()
            assert app.privacy().agreed == (("device_name",) if agreed else ())
            assert switch.property("on") is agreed
            assert at.shown.window.activeFocusItem() is switch
        at.reads("name\nlaptop")
        at.push("share_nothing")
        at.reads("You share nothing that is optional")
        assert switch.property("on") is False


def test_a_privacy_switch_does_not_turn_where_the_service_says_no():
    server = FakeServer()
    app = linked(server)
    with at_window(app, "privacy") as at:
        at.settled()
        server.go_offline("the cable is out")
        at.push("choice_device_name")
        at.reads("the cable is out")
        assert at.find("choice_device_name").property("on") is False


def test_from_privacy_one_is_led_to_signing_in():
    with at_window(FakeServer().app(), "privacy") as at:
        at.settled()
        at.push("sign_in_to_choose")
        at.reads("You are signed in as")
        assert at.shown.bridge.page == "your_info"


def test_before_a_seat_is_freed_it_is_asked_and_escape_means_no():
    app = linked(FakeServer())
    with at_window(app, "devices") as at:
        at.until(lambda: at.view.devices.snapshot.loaded, "the lists")
        at.push("free_0")
        at.reads("Programs there are no longer activated")
        at.press(Qt.Key.Key_Escape)
        at.until(lambda: "Programs there are no longer activated" not in at.seen(), "the end of the question")
        (mine,) = app.licenses()
        assert mine.held == 1
        at.push("free_0")
        at.click("yes")
        at.reads("are free")
        (mine,) = app.licenses()
        assert mine.held == 0


def test_the_interface_goes_on_while_the_server_hangs_and_says_what_it_does():
    server = FakeServer()
    app = server.app()
    app.activate(server.mint())
    release = threading.Event()
    hanging = threading.Event()
    renew = app.renew

    def hang():
        hanging.set()
        release.wait(20)
        return renew()

    app.renew = hang  # a server that accepts the connection, and says nothing
    try:
        with at_window(app) as at:
            at.settled()
            ticks = []
            timer = QTimer()
            timer.setInterval(16)
            timer.timeout.connect(lambda: ticks.append(1))
            at.click("renew")
            assert hanging.wait(10)
            timer.start()
            at.reads("Renewing the license")
            at.click("page_about")
            at.until(lambda: len(ticks) > 20, "the interface going on")
            assert at.shown.bridge.page == "about"
            release.set()
            at.click("page_activation")
            at.until(lambda: at.view.activation.snapshot.notice, "the end of it")
    finally:
        release.set()


def test_what_arrives_after_the_window_was_closed_is_dropped():
    server = FakeServer()
    app = server.app()
    app.activate(server.mint())
    release, ended = threading.Event(), threading.Event()
    renew = app.renew

    def hang():
        release.wait(20)
        try:
            return renew()
        finally:
            ended.set()

    app.renew = hang
    with at_window(app) as at:
        at.settled()
        at.click("renew")
        at.shown.close()
        before = at.view.activation.snapshot
        release.set()
        assert ended.wait(10)
        QTest.qWait(50)
        assert at.view.activation.snapshot == before
        assert not at.shown.is_open


def test_without_a_loop_it_returns_when_it_is_closed_and_can_be_opened_again():
    the_application()
    app = FakeServer().app()
    for page in ("activation", "about"):
        shown = []

        def close_it(shown=shown, page=page):
            (window,) = opening._open.values()
            shown.append(window.bridge.page)
            assert window.bridge.page == page
            window.close()

        QTimer.singleShot(50, close_it)
        assert open_window(app, page) is None
        assert shown == [page]
        assert not opening._open


def test_in_a_running_loop_it_returns_at_once_and_a_second_call_brings_the_same_window():
    from PySide6.QtCore import QEventLoop

    the_application()
    app, other = FakeServer().app(), FakeServer().app()
    found = []
    loop = QEventLoop()

    def in_the_loop():
        first = open_window(app, "about")
        found.extend([first, open_window(app, "privacy"), open_window(other, "about")])
        loop.quit()

    QTimer.singleShot(0, in_the_loop)
    loop.exec()
    first, second, third = found
    assert first is second
    assert first.bridge.page == "privacy"
    assert third is not first
    for each in (first, third):
        each.close()
    assert not opening._open


def test_the_first_run_ends_by_itself_when_the_program_is_activated():
    server = FakeServer()
    app, key = server.app(), server.mint()
    the_application()

    def type_it():
        (window,) = opening._open.values()
        for letter in key:
            QTest.keyClick(window.window, letter)
        QTest.keyClick(window.window, Qt.Key.Key_Return)

    QTimer.singleShot(600, type_it)
    open_dialog(app)
    assert app.status().activated


def test_from_another_thread_the_window_is_one_of_a_process_of_its_own(monkeypatch):
    the_application()
    ran = []

    class Ended:  # a process of the window's own, which is closed at once
        stdin = None
        returncode = 0

        def __init__(self, command, **_):
            ran.append(command)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def wait(self):
            return 0

    monkeypatch.setattr(child.subprocess, "Popen", Ended)
    app = FakeServer().app()
    thread = threading.Thread(target=open_window, args=(app, "devices"))
    thread.start()
    thread.join()
    ((_, minus_m, module, *arguments),) = ran
    assert (minus_m, module, arguments[-2:]) == ("-m", "mooring", ["window", "devices"])


def test_a_bundle_is_not_started_once_more_for_a_window_of_another_thread(monkeypatch):
    the_application()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(child.subprocess, "Popen", None)
    with ThreadPoolExecutor(1) as pool, pytest.raises(RuntimeError, match="In a bundle"):
        pool.submit(open_window, FakeServer().app()).result()


def test_a_window_of_another_process_that_fails_is_told(monkeypatch):
    the_application()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with ThreadPoolExecutor(1) as pool, pytest.raises(RuntimeError, match=r"ended before .* \(code 1\)"):
        pool.submit(open_dialog, FakeServer().app()).result()


def test_ctrl_c_closes_the_window_that_has_the_thread_and_is_told():
    the_application()
    app = FakeServer().app()
    QTimer.singleShot(50, lambda: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        open_dialog(app)
    assert not opening._open
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_program_that_hears_interrupts_itself_goes_on_to():
    the_application()
    heard = []

    def hear(*_):
        heard.append("interrupt")
        next(iter(opening._open.values())).close()

    before = signal.signal(signal.SIGINT, hear)
    try:
        QTimer.singleShot(50, lambda: os.kill(os.getpid(), signal.SIGINT))
        open_dialog(FakeServer().app())
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == ["interrupt"]

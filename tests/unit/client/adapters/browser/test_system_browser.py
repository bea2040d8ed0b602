"""The listener on this computer: it hears the answer, and tells everybody else that nothing is here."""

import http.client
import socket
import sys
import threading
import webbrowser
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from mooring.client.adapters.browser.system_browser import SystemBrowser


def is_answer(parameters):
    return parameters.get("state") == "good"


def get(listener, target, **headers):
    parts = urlsplit(listener.redirect_uri)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    connection.request("GET", target, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer, body


@pytest.fixture
def listener():
    with SystemBrowser().listening() as listening:
        yield listening


def test_it_listens_on_this_computer_alone(listener):
    parts = urlsplit(listener.redirect_uri)
    assert (parts.scheme, parts.hostname, parts.path) == ("http", "127.0.0.1", "/callback")
    assert parts.port > 0
    assert listener._server.socket.getsockname()[0] == "127.0.0.1"


def test_the_answer_is_returned_and_the_person_may_close_the_page(listener):
    with ThreadPoolExecutor() as pool:
        visit = pool.submit(get, listener, "/callback?state=good&code=a%20b&iss=x")
        assert listener.wait(is_answer, seconds=5) == {"state": "good", "code": "a b", "iss": "x"}
        answer, page = visit.result()
    assert answer.status == 200
    assert "You can close this page" in page
    assert "good" not in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Python" not in answer.headers["Server"]


def test_given_up_nobody_is_waited_for_any_more(listener):
    looks = iter([False, False, True])
    assert listener.wait(is_answer, seconds=600, cancelled=lambda: next(looks)) is None


def test_what_is_no_answer_is_told_so_and_waited_on(listener):
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(listener.wait, is_answer, seconds=5)
        answer, page = get(listener, "/callback?state=forged&code=evil")
        assert answer.status == 400
        assert "Nothing is here" in page
        assert get(listener, "/callback?state=good&state=good")[0].status == 400  # twice is nobody's
        assert get(listener, "/callback?state=good")[0].status == 200
        assert waiting.result() == {"state": "good"}


@pytest.mark.parametrize("target", ["/", "/callback/", "/favicon.ico", "/callback?state=" + "x" * 9000])
def test_nothing_else_is_there(listener, target):
    assert get(listener, target)[0].status == 404


def test_another_name_for_this_computer_is_not_answered(listener):
    assert get(listener, "/callback?state=good", Host="evil.example")[0].status == 404


def test_other_methods_are_not_answered(listener):
    parts = urlsplit(listener.redirect_uri)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    connection.request("POST", "/callback?state=good")
    assert connection.getresponse().status == 501
    connection.close()


def test_a_connection_opened_ahead_of_need_holds_nobody_up(listener):
    parts = urlsplit(listener.redirect_uri)
    with socket.create_connection((parts.hostname, parts.port)), ThreadPoolExecutor() as pool:
        visit = pool.submit(get, listener, "/callback?state=good")
        assert listener.wait(is_answer, seconds=5) == {"state": "good"}
        assert visit.result()[0].status == 200


def test_it_does_not_wait_for_ever(listener):
    assert listener.wait(is_answer, seconds=0.01) is None


def test_afterwards_nobody_listens():
    with SystemBrowser().listening() as listener:
        parts = urlsplit(listener.redirect_uri)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((parts.hostname, parts.port), timeout=5)
    assert "mooring-sign-in" not in {thread.name for thread in threading.enumerate()}


class TestOpening:
    @pytest.fixture(autouse=True)
    def elsewhere(self, monkeypatch):
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(sys, "platform", "linux")
        self.opened = []
        monkeypatch.setattr(webbrowser, "open", lambda address: self.opened.append(address) or True)

    def test_no_browser_takes_over_a_terminal(self):
        assert SystemBrowser().open("https://a.example") is False
        assert self.opened == []

    @pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"])
    def test_where_there_is_a_window_it_opens(self, monkeypatch, name):
        monkeypatch.setenv(name, ":0")
        assert SystemBrowser().open("https://a.example") is True
        assert self.opened == ["https://a.example"]

    @pytest.mark.parametrize("platform", ["win32", "darwin"])
    def test_these_systems_always_have_one(self, monkeypatch, platform):
        monkeypatch.setattr(sys, "platform", platform)
        assert SystemBrowser().open("https://a.example") is True

    @pytest.mark.parametrize("error", [webbrowser.Error("none"), OSError("none")])
    def test_a_browser_that_fails_is_none(self, monkeypatch, error):
        def fail(address):
            raise error

        monkeypatch.setenv("DISPLAY", ":0")
        monkeypatch.setattr(webbrowser, "open", fail)
        assert SystemBrowser().open("https://a.example") is False

    def test_a_browser_that_returns_only_when_it_is_closed_is_open(self, monkeypatch):
        closed = threading.Event()
        monkeypatch.setenv("DISPLAY", ":0")
        monkeypatch.setattr("mooring.client.adapters.browser.system_browser._TO_OPEN", 0.01)
        monkeypatch.setattr(webbrowser, "open", lambda address: closed.wait(5))
        assert SystemBrowser().open("https://a.example") is True
        closed.set()

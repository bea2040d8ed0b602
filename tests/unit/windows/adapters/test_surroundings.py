"""What linking rests on: who the person is on this PC, and whether the internet is there."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from mooring.windows.adapters import surroundings
from mooring.windows.adapters.surroundings import is_administrator, is_online, open_settings
from tests.support.windows_answers import ADMINISTRATOR, EVERYONE, StandInPc


@pytest.fixture
def pc(tmp_path, monkeypatch):
    monkeypatch.setenv("SYSTEMROOT", str(tmp_path))
    return StandInPc(tmp_path)


@pytest.mark.parametrize(
    ("groups", "administrator"),
    [
        ((EVERYONE, ADMINISTRATOR), True),
        ((EVERYONE,), False),
        ((EVERYONE, '"Nearly","Alias","S-1-5-32-5440",""'), False),
        ((), None),
        (("ERROR: Unable to get group membership information.",), None),
    ],
)
def test_an_administrator_is_known_by_the_group_in_every_language(pc, groups, administrator):
    pc.is_used_by(*groups)
    assert is_administrator() is administrator


def test_without_the_program_that_tells_groups_nothing_is_claimed(pc):
    assert is_administrator() is None


def test_a_program_that_hangs_claims_nothing(pc, monkeypatch):
    monkeypatch.setattr(surroundings, "_PATIENCE_SECONDS", 0.2)
    pc.runs(pc.whoami, "exec sleep 60")
    assert is_administrator() is None


@pytest.fixture
def site():
    """Yield a server that answers what its `says` holds."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.server.says)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("says", "online"),
    [
        (b"Microsoft Connect Test", True),
        (b"Microsoft Connect Tes", False),
        (b"<html>Welcome to the hotel: please sign in</html>", False),
    ],
)
def test_online_means_that_nobody_answers_in_between(site, says, online):
    site.says = says
    assert is_online(f"http://127.0.0.1:{site.server_port}/connecttest.txt") is online


def test_without_a_network_it_is_offline(site):
    site.says = b""
    port = site.server_port
    site.shutdown()
    site.server_close()
    assert is_online(f"http://127.0.0.1:{port}/", patience=2) is False


def test_settings_are_opened_only_on_windows():
    assert open_settings("ms-settings:activation") is False

import os
import sys

import pytest

from mooring.client.adapters.store.document import Owner
from mooring.client.adapters.system.home import folder_name, home_folder
from mooring.client.adapters.system.this_system import ThisSystem

OWNER = Owner("https://licenses.example.com:8443/shop", "harbor-notes")


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    monkeypatch.delenv("MOORING_HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def test_what_is_given_comes_first(monkeypatch, tmp_path):
    monkeypatch.setenv("MOORING_HOME", str(tmp_path / "of the environment"))
    assert home_folder(OWNER, tmp_path / "given") == str(tmp_path / "given")
    assert home_folder(OWNER) == str(tmp_path / "of the environment")


def test_a_relative_home_stays_where_it_was(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert home_folder(OWNER, "here") == str(tmp_path / "here")
    assert home_folder(OWNER, "~/there") == str(tmp_path / "there")


@pytest.mark.skipif(sys.platform != "linux", reason="the rules of Linux")
def test_linux_keeps_local_data(monkeypatch, tmp_path):
    below = os.path.join("mooring", "licenses.example.com_3a8443_2fshop", "harbor-notes")
    assert home_folder(OWNER) == str(tmp_path / ".local" / "share" / below)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert home_folder(OWNER) == str(tmp_path / "data" / below)
    monkeypatch.setenv("XDG_DATA_HOME", "relative")  # the specification says to ignore it
    assert home_folder(OWNER) == str(tmp_path / ".local" / "share" / below)


@pytest.mark.skipif(sys.platform != "linux", reason="the rules of Linux")
def test_a_user_without_a_home_leaves_nothing_where_the_program_runs(monkeypatch):
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("pwd.getpwuid", lambda _: {}["unknown"])
    assert home_folder(OWNER).startswith("/.local/share/mooring/")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep the folder")
def test_a_program_whose_folder_is_gone_still_starts(monkeypatch, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert home_folder(OWNER, "here") == "here"


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_name_their_own_folder_which_never_roams(monkeypatch, platform):
    asked = {}
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr("platformdirs.user_data_dir", lambda **options: asked.update(options) or "/local")
    assert home_folder(OWNER).startswith(os.path.join("/local", "mooring"))
    assert asked == {"appname": None, "appauthor": False, "roaming": False}


def test_issuers_stay_apart_and_inside():
    names = [
        folder_name(issuer) for issuer in ("https://a.b", "http://a.b", "https://a_b", "..", "https://A.b")
    ]
    assert len(set(names)) == 5
    assert all(name not in {"", ".", ".."} and "/" not in name for name in names)


def test_an_activation_tells_nothing_of_this_computer_that_is_not_necessary():
    assert set(ThisSystem("4.2").facts().to_wire()) == {"platform", "os_version", "app_version"}


@pytest.mark.parametrize(
    ("node", "name"),
    [
        ("studio-pc", "studio-pc"),
        ("studio-pc.lan.example", "studio-pc"),
        ("Мия", "Мия"),
        ("x" * 80, "x" * 64),
        ("localhost", None),
        ("localhost.localdomain", None),
        ("", None),
        (" ", None),
        ("a\x1bb", None),
    ],
)
def test_its_name_is_what_a_server_takes_as_one(monkeypatch, node, name):
    monkeypatch.setattr("platform.node", lambda: node)
    assert ThisSystem().name() == name


def test_what_an_activation_tells_of_this_computer():
    facts = ThisSystem("4.2", "ci").facts()
    assert facts.to_wire()["app_version"] == "4.2"
    assert facts.environment == "ci"
    assert facts.to_wire()["platform"] in {"linux", "windows", "macos"}
    assert "app_version" not in ThisSystem().facts().to_wire()

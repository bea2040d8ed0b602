"""The screen: whether it is there is known before Qt, which would end the program, is asked for a window."""

import socket
import sys

import pytest

from mooring.client.doors.window import screen


def test_a_plugin_that_loads_and_stands_on_no_server_is_usable():
    assert screen.is_usable("offscreen")


@pytest.mark.parametrize("platform", ["none", "", "*"])
def test_what_has_no_plugin_is_not_usable(platform):
    assert not screen.is_usable(platform)


def test_a_plugin_that_does_not_load_is_not_usable(tmp_path, monkeypatch):
    (tmp_path / "libqbroken.so").write_bytes(b"no library")
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", str(tmp_path))
    assert not screen.is_usable("broken")


def test_a_library_that_a_plugin_misses_is_named(tmp_path, monkeypatch):
    (plugin,) = screen._plugins("offscreen")
    with open(plugin, "rb") as file:
        # It stands on a library of a name that no system has.
        (tmp_path / "libqlacking.so").write_bytes(file.read().replace(b"libm.so.6", b"libq.so.6"))
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", str(tmp_path))
    monkeypatch.setenv("QT_QPA_PLATFORM", "lacking")
    assert not screen.is_usable("lacking")
    assert screen.missing_library() == "libq.so.6"


@pytest.mark.parametrize(
    ("said", "library"),
    [
        (
            "libxcb-cursor.so.0: cannot open shared object file: No such file or directory",
            "libxcb-cursor.so.0",
        ),
        ("Error loading shared library libEGL.so.1: No such file (needed by /a/libqxcb.so)", "libEGL.so.1"),
        ("/a/libqxcb.so: undefined symbol: xcb_none", ""),
        ("/a/libqxcb.so: file too short", ""),
    ],
)
def test_of_what_the_system_says_the_library_is_read(said, library):
    assert screen._library_in(said) == library


def test_where_a_plugin_is_broken_or_loads_no_library_is_missing(tmp_path, monkeypatch):
    (tmp_path / "libqbroken.so").write_bytes(b"no library")
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", str(tmp_path))
    for platform in ("broken", "offscreen", "none"):
        monkeypatch.setenv("QT_QPA_PLATFORM", platform)
        assert screen.missing_library() == ""


def test_a_plugin_that_lies_beside_a_bundles_program_is_found(tmp_path, monkeypatch):
    (offscreen,) = screen._plugins("offscreen")
    (tmp_path / "platforms").mkdir()
    (tmp_path / "platforms" / "libqbeside.so").symlink_to(offscreen)
    assert not screen.is_usable("beside")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "harbor-notes"))
    assert screen.is_usable("beside")


def test_a_compositor_that_takes_calls_is_there_and_one_that_is_gone_is_not(tmp_path, monkeypatch):
    address = str(tmp_path / "wayland-0")
    monkeypatch.setenv("WAYLAND_DISPLAY", address)
    assert not screen.wayland_answers()
    assert not screen.is_usable("wayland-egl")
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(address)
        compositor.listen()
        assert screen.wayland_answers()
        assert screen.is_usable("wayland-egl")


def test_an_x_server_that_is_gone_does_not_answer(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":97")
    assert not screen.x_answers()

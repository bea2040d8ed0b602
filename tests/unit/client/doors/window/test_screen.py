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

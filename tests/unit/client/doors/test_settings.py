"""Which form of Settings is shown where: a window, a terminal, or a sentence with what to install."""

import asyncio
import io
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest

import mooring
from mooring.client.bootstrap.doors import settings_door
from mooring.client.domain.errors import SettingsUnavailable
from mooring.client.doors import settings
from mooring.client.doors.settings import choose_form
from mooring.command import main
from mooring.testing import FakeServer, a_computer

BOTH = frozenset({"window", "terminal"})


def chosen(*, in_terminal=False, platform="linux", environ=None, tty=True, installed=BOTH) -> str:
    try:
        return choose_form(
            in_terminal=in_terminal,
            platform=platform,
            environ=environ or {},
            has_terminal=tty,
            is_installed=installed.__contains__,
        )
    except SettingsUnavailable as error:
        return error.why


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_a_screen_gets_the_window(name: str):
    assert chosen(environ={name: ":0"}) == "window"
    assert chosen(environ={name: ""}) == "terminal"


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_windows_and_macos_have_a_screen(platform: str):
    assert chosen(platform=platform) == "window"
    assert chosen(platform=platform, tty=False) == "window"


def test_without_a_screen_or_when_asked_for_it_is_the_terminal():
    assert chosen() == "terminal"
    assert chosen(environ={"DISPLAY": ":0"}, in_terminal=True) == "terminal"
    assert chosen(platform="win32", in_terminal=True) == "terminal"


def test_one_toolkit_is_enough():
    assert chosen(environ={"DISPLAY": ":0"}, installed={"terminal"}) == "terminal"
    assert chosen(environ={"DISPLAY": ":0"}, installed={"window"}) == "window"


def test_without_a_toolkit_the_person_is_told_what_to_install():
    assert chosen(installed=set()) == "not_installed"
    assert chosen(platform="win32", installed=set()) == "not_installed"
    assert chosen(platform="win32", tty=False, installed={"terminal"}) == "not_installed"
    assert chosen(installed={"window"}) == "not_installed"


def test_without_screen_and_terminal_there_is_nowhere():
    assert chosen(tty=False) == "nowhere"
    assert chosen(tty=False, in_terminal=True, platform="win32") == "nowhere"


def test_what_is_missing_is_a_sentence_with_the_line_to_type():
    error = SettingsUnavailable("not_installed")
    assert str(error) == "The Settings window comes with: pip install 'mooring[desktop]'"
    assert error.to_document()["code"] == "settings_not_installed"
    assert "neither a screen nor a terminal" in str(SettingsUnavailable("nowhere"))


class Doors(ModuleType):
    """Stands in for a form: opening real ones is for the end-to-end tests."""

    def __init__(self) -> None:
        super().__init__("doors")
        self.opened: list[object] = []
        self.screen = True
        self.missing = ""
        self.why = ""

    def has_screen(self):
        return self.screen

    def missing_library(self):
        return self.missing

    def open_window(self, app, page):
        self.opened.append(("window", page))

    def open_settings(self, app, page, *, why):
        self.opened.append(("terminal", page))
        self.why = why

    def open_dialog(self, app, *, why=""):
        self.opened.append("dialog")
        self.why = why
        app.activate(app.key)


@pytest.fixture
def doors(monkeypatch: pytest.MonkeyPatch) -> Doors:
    doors = Doors()
    monkeypatch.setattr(settings, "import_module", lambda name: doors)
    monkeypatch.setattr(settings, "_is_installed", lambda form: True)
    monkeypatch.setenv("DISPLAY", ":0")
    return doors


def test_a_program_opens_settings_at_a_page(doors: Doors):
    app = FakeServer().app()
    app.show_settings()
    app.show_settings(page="devices")
    assert doors.opened == [("window", "activation"), ("window", "devices")]


def test_the_first_run_returns_the_status(doors: Doors):
    server = FakeServer()
    app = server.app()
    app.key = server.mint()
    assert app.activation_dialog().activated
    assert doors.opened == ["dialog"]


async def test_a_program_on_a_loop_waits_without_blocking_it(doors: Doors):
    server = FakeServer()
    app = server.app()
    app.key = server.mint()
    twin = mooring.aio.App.over(app)
    turned = asyncio.create_task(asyncio.sleep(0, "the loop runs"))
    await twin.show_settings("about")
    assert await turned == "the loop runs"
    assert (await twin.activation_dialog()).activated
    assert doors.opened == [("window", "about"), "dialog"]


async def test_the_terminal_beside_a_running_loop_is_a_mistake_that_is_named(doors: Doors, monkeypatch):
    monkeypatch.delenv("DISPLAY")
    monkeypatch.setattr(settings, "choose_form", lambda **_: "terminal")
    with pytest.raises(RuntimeError, match=r"mooring\.aio"):
        FakeServer().app().show_settings()
    assert doors.opened == []


def test_the_terminal_from_another_thread_is_a_mistake_that_is_named(doors: Doors, monkeypatch):
    monkeypatch.setattr(settings, "choose_form", lambda **_: "terminal")
    with ThreadPoolExecutor(1) as pool, pytest.raises(RuntimeError, match="main thread"):
        pool.submit(FakeServer().app().activation_dialog).result()
    assert doors.opened == []


def test_in_the_main_thread_the_terminal_opens(doors: Doors, monkeypatch):
    monkeypatch.setattr(settings, "choose_form", lambda **_: "terminal")
    FakeServer().app().show_settings("privacy")
    assert doors.opened == [("terminal", "privacy")]


def test_a_screen_that_is_gone_leaves_the_terminal(doors: Doors, monkeypatch):
    doors.screen = False
    monkeypatch.setattr(settings, "has_terminal", lambda: True)
    FakeServer().app().show_settings("privacy")
    assert doors.opened == [("terminal", "privacy")]
    assert doors.why == "Here instead of in a window, because the screen does not answer"
    monkeypatch.setattr(settings, "has_terminal", lambda: False)
    with pytest.raises(SettingsUnavailable) as caught:
        FakeServer().app().show_settings("privacy")
    assert caught.value.why == "nowhere"


def test_a_library_that_only_the_screens_plugin_misses_is_named(doors: Doors, monkeypatch):
    doors.screen, doors.missing = False, "libxcb-cursor.so.0"
    server = FakeServer()
    app = server.app(language="de")
    app.key = server.mint()
    monkeypatch.setattr(settings, "has_terminal", lambda: True)
    said = "Hier statt in einem Fenster, weil diesem System libxcb-cursor.so.0 fehlt"
    app.show_settings("privacy")
    assert doors.why == said
    doors.why = ""
    app.activation_dialog()
    assert doors.why == said
    monkeypatch.setattr(settings, "has_terminal", lambda: False)
    with pytest.raises(SettingsUnavailable) as caught:
        FakeServer().app().show_settings("privacy")
    assert caught.value.why == "library_missing"
    assert "this system lacks libxcb-cursor.so.0." in str(caught.value)


def test_a_toolkit_that_misses_a_library_of_the_system_leaves_the_terminal(doors: Doors, monkeypatch):
    def load(name: str) -> Doors:
        if name.endswith("window"):
            raise ImportError("libEGL.so.1: cannot open shared object file")
        return doors

    monkeypatch.setattr(settings, "import_module", load)
    monkeypatch.setattr(settings, "has_terminal", lambda: True)
    FakeServer().app().show_settings("privacy")
    assert doors.opened == [("terminal", "privacy")]
    assert doors.why == "Here instead of in a window, because this system lacks libEGL.so.1"


@pytest.mark.parametrize(
    ("error", "library"),
    [
        ("libEGL.so.1: cannot open shared object file: No such file or directory", "libEGL.so.1"),
        ("DLL load failed while importing QtGui", "DLL load failed while importing QtGui"),
    ],
)
def test_a_library_of_the_system_that_is_missing_is_named_in_a_sentence(monkeypatch, error, library):
    def load(name: str) -> ModuleType:
        raise ImportError(error)

    monkeypatch.setattr(settings, "import_module", load)
    monkeypatch.setattr(settings, "_is_installed", lambda form: True)
    monkeypatch.setattr(settings, "has_terminal", lambda: False)
    monkeypatch.setenv("DISPLAY", ":0")
    with pytest.raises(SettingsUnavailable) as caught:
        FakeServer().app().show_settings()
    assert caught.value.to_document()["code"] == "settings_library_missing"
    assert str(caught.value) == (
        f"The Settings window cannot be shown, because this system lacks {library}. Install it, or type "
        "in a terminal: mooring window --terminal"
    )


async def test_a_page_that_is_none_is_a_mistake_that_is_named(doors: Doors):
    app = FakeServer().app()
    with pytest.raises(ValueError, match="Settings has no page 'price': there are your_info, devices, "):
        app.show_settings("price")
    with pytest.raises(ValueError, match="Settings has no page 'price'"):
        await mooring.aio.App.over(app).show_settings("price")
    assert doors.opened == []


def test_a_program_without_streams_opens_its_window(doors: Doors, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    monkeypatch.setattr(sys, "stdout", None)
    FakeServer().app().show_settings()
    assert doors.opened == [("window", "activation")]


def test_closed_streams_are_no_terminal(monkeypatch):
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdin", closed)
    assert not settings.has_terminal()


@pytest.mark.parametrize(
    "gone", [{"DISPLAY": ":97"}, {"WAYLAND_DISPLAY": "wayland-97"}, {"QT_QPA_PLATFORM": "none;such:a=b"}]
)
def test_a_program_whose_screen_is_gone_hears_a_sentence_and_lives_on(tmp_path, gone):
    descriptor = tmp_path / "mooring.json"
    descriptor.write_text(json.dumps(FakeServer().descriptor))
    program = (
        "import sys, mooring\n"
        f"app = mooring.App({str(descriptor)!r}, home={str(tmp_path / 'home')!r}, language='en')\n"
        "try:\n    app.show_settings()\n"
        "except mooring.SettingsUnavailable as error:\n    print(error.why, 'and it lives on')\n"
    )
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environ = {name: value for name, value in os.environ.items() if name not in screens}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environ | {"XDG_RUNTIME_DIR": str(tmp_path)} | gone,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    # A machine whose Qt also misses a library of the system hears of that: it is the nearer hindrance.
    whys = {"nowhere"} if "QT_QPA_PLATFORM" in gone else {"nowhere", "library_missing"}
    assert done.returncode == 0, done.stderr
    assert done.stdout in {f"{why} and it lives on\n" for why in whys}


def test_a_bundle_without_the_forms_has_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "find_spec", lambda name: None if name.startswith("mooring") else object())
    monkeypatch.setenv("DISPLAY", ":0")
    with pytest.raises(SettingsUnavailable) as caught:
        FakeServer().app().show_settings()
    assert caught.value.why == "not_installed"


def test_the_sentence_speaks_the_programs_language(monkeypatch: pytest.MonkeyPatch):
    app = FakeServer().app(language="de")
    monkeypatch.setattr(settings, "find_spec", lambda _: None)
    with pytest.raises(SettingsUnavailable) as caught:
        app.show_settings()
    assert str(caught.value) == "Das Einstellungsfenster kommt mit: pip install 'mooring[desktop]'"


def test_a_command_of_its_own_is_about_the_same_app(tmp_path, capsys):
    server = FakeServer()
    lab = server.descriptor | {"lab": True}
    hardware = a_computer("laptop")
    app = mooring.App(lab, home=tmp_path / "home", hardware=hardware, language="de")
    descriptor = tmp_path / "mooring.json"
    descriptor.write_text(app.descriptor_document)
    options = app.command_options(str(descriptor))
    assert main([*options, "--json", "hardware"]) == 0
    assert json.loads(capsys.readouterr().out) == app.hardware().to_document()
    assert options[2:6] == ["--language", "de", "--home", str(tmp_path / "home")]
    assert mooring.aio.App.over(app).command_options(str(descriptor)) == options


def test_what_was_not_given_is_not_named(monkeypatch, tmp_path):
    monkeypatch.setenv("MOORING_HOME", str(tmp_path))
    app = mooring.App(FakeServer().descriptor, language="en")
    assert app.command_options("x/mooring.json") == ["--descriptor", "x/mooring.json", "--language", "en"]


def test_the_door_is_found_by_its_name():
    assert settings_door() is sys.modules["mooring.client.doors.settings"]

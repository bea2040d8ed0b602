"""The terminal form against a real server: a person's whole story by keyboard, and the command itself."""

import os
import sys
import webbrowser
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.request import urlopen

import pexpect
import pytest

import mooring
from mooring.client.doors.terminal import SettingsForm
from mooring.client.view.settings.your_info import SIGN_IN_HELP
from mooring.server.cli.demo.person import Person
from tests.e2e.test_terminal import at_terminal, plain
from tests.support.commands import Laptop
from tests.support.keyboard import Keyboard
from tests.support.servers import Server

F10 = "\x1b[21~"


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


@asynccontextmanager
async def at_form(app: mooring.App) -> AsyncIterator[Keyboard]:
    form = SettingsForm(app)
    async with form.run_test(size=(80, 24)) as pilot:
        keyboard = Keyboard(pilot)
        await keyboard.until(lambda: form.view.activation.snapshot.ready, "the state")
        yield keyboard


async def test_activate_sign_in_link_change_hardware_and_come_back(
    laptop: Laptop, keys: Iterator[str], mia: Person
):
    key = next(keys)
    async with at_form(app_on(laptop)) as keyboard:
        await keyboard.reads("Harbor Notes is not activated")
        await keyboard.paste_into("key", key)
        await keyboard.press("enter")
        await keyboard.reads("✓ Harbor Notes is activated with a digital license")
        await keyboard.turn_to("your_info")
        await keyboard.push("create_account")
        await keyboard.reads("You are signed in as m•••@o•••.example")
        await keyboard.push("link")
        await keyboard.reads("activated with a digital license linked to your account")

    changed = {"board_serial": "NEW-1", "system_uuid": "11112222-3333-4444-8555-666677778888"}
    laptop.computer = laptop.computer | changed
    async with at_form(app_on(laptop)) as keyboard:
        await keyboard.reads("This computer no longer matches its activation.")
        await keyboard.push("state_step")
        await keyboard.reads("Which of these devices are you using right now?")
        await keyboard.reads("(Most likely this one)")
        await keyboard.push("this_device")
        await keyboard.reads("✓ Harbor Notes is activated with a digital license linked to your account")
    assert app_on(laptop).status().linked


async def test_a_device_is_freed_from_another_computer_which_the_license_then_moves_to(
    a_laptop: Callable[..., Laptop], keys: Iterator[str], mia: Person
):
    old, new = a_laptop(), a_laptop()
    app = app_on(old)
    app.activate(next(keys))
    app.sign_in(create=True)
    app.link()
    async with at_form(app_on(new)) as keyboard:
        await keyboard.turn_to("your_info")
        await keyboard.push("sign_in")
        await keyboard.reads("You are signed in as")
        await keyboard.turn_to("devices")
        await keyboard.reads(app.status().device.name)
        await keyboard.push("free")
        await keyboard.until(lambda: keyboard.form.focused.id == "no", "the question")
        await keyboard.press("tab", "enter")
        await keyboard.reads("are free")
    (mine,) = app.licenses()
    assert mine.held == 0
    assert app_on(new).activate(license=mine.license.id).linked


async def test_a_privacy_choice_is_agreed_to_and_withdrawn_and_the_account_knows(
    laptop: Laptop, keys: Iterator[str], mia: Person, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("platform.node", lambda: "studio-pc.lan.example")
    app = app_on(laptop)
    app.activate(next(keys))
    app.sign_in(create=True)
    app.link()
    async with at_form(app) as keyboard:
        await keyboard.turn_to("privacy")
        await keyboard.push("turn_device_name")
        await keyboard.reads("Names of your computers: On")
        await keyboard.reads('"name": "studio-pc"')
        assert [mine.device.name for mine in app.devices()] == ["studio-pc"]
        await keyboard.push("share_nothing")
        await keyboard.reads("Names of your computers: Off")
    assert [mine.device.name for mine in app.devices()] != ["studio-pc"]
    assert app.privacy().history[0].withdrawn_at is not None


async def test_privacy_shows_what_is_really_sent_and_about_what_is_held(laptop: Laptop, keys: Iterator[str]):
    app = app_on(laptop)
    app.activate(next(keys))
    async with at_form(app) as keyboard:
        await keyboard.turn_to("privacy")
        for name in app.privacy_preview():
            await keyboard.reads(f'"{name}"')
        await keyboard.turn_to("about")
        await keyboard.reads("Genuine: the publisher of Harbor Notes signed it")
        await keyboard.push("check_connection")
        await keyboard.reads("The activation service can be reached")


async def test_a_wrong_key_and_a_server_that_is_gone(laptop: Laptop, tmp_path: Path):
    server = Server(tmp_path)
    server.found("Harbor Notes")
    (key,) = server.mint(1)
    server.start()
    try:
        app = mooring.App(
            server.folder / "mooring.json", home=tmp_path / "h", hardware=laptop.computer, timeout=25
        )
        async with at_form(app) as keyboard:
            await keyboard.paste_into("key", "BCDFG-HJKMN-PQRTV-WXY23-46789")
            await keyboard.press("enter")
            await keyboard.until(
                lambda: keyboard.form.view.activation.snapshot.problem is not None, "the problem"
            )
            server.kill()
            field = keyboard.form.query_one("#key")
            field.value = key
            await keyboard.push("activate")
            await keyboard.reads("The activation service cannot be reached")
            server.start()
            await keyboard.push("take_step")
            await keyboard.reads("Harbor Notes is activated")
    finally:
        server.stop()


def test_the_help_with_signing_in_is_a_page_of_the_server(laptop: Laptop):
    address = f"{app_on(laptop).descriptor.servers[0]}{SIGN_IN_HELP}"
    with urlopen(address, timeout=20) as page:
        assert page.status == 200
        assert b"<form" in page.read()


def test_the_command_opens_the_form_in_a_terminal_and_leaves_it_clean(laptop: Laptop):
    terminal = at_terminal(laptop, "window", "--terminal", "about")
    terminal.expect("Support")
    terminal.send(F10)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert "Traceback" not in plain(terminal.before)
    assert "\x1b[?1049l" in terminal.before, "the terminal is given back as it was"


def test_without_screen_and_terminal_the_command_says_so_in_a_sentence(laptop: Laptop):
    nothing = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    ran = laptop.mooring("window", environ=nothing)
    assert ran.exit_code == 2
    assert "There is neither a screen nor a terminal here to show Settings in." in ran.err
    assert laptop.mooring("window", "--json", environ=nothing).document["code"] == "settings_nowhere"


def test_without_the_extra_the_command_says_what_to_install(laptop: Laptop, tmp_path: Path):
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "sitecustomize.py").write_text(
        "import importlib.util as util\n"
        "find = util.find_spec\n"
        "util.find_spec = lambda name, package=None: None if name in ('PySide6', 'textual') else find(name)\n"
    )
    ran = laptop.mooring("window", environ={"PYTHONPATH": str(blocked), "DISPLAY": ":0"})
    assert ran.exit_code == 2
    assert "pip install 'mooring[desktop]'" in ran.err


def test_a_page_that_is_none_is_a_wrong_command(laptop: Laptop):
    ran = laptop.mooring("window", "licences")
    assert ran.exit_code == 2
    assert "There is no 'licences' here." in ran.err

"""The terminal form: reached by Tab alone, readable at 80x24, never stuck, whatever the server does."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual import events
from textual.widgets import Input

from mooring.client.doors.terminal import SettingsForm
from mooring.client.doors.terminal.parts import Do
from mooring.client.doors.terminal.styles import DARK, LIGHT, theme_for
from mooring.client.view.settings import PAGES
from mooring.testing import FakeServer, activated_app
from tests.support.keyboard import Keyboard


@asynccontextmanager
async def at_form(server: FakeServer, app=None, *, size=(80, 24), **options) -> AsyncIterator[Keyboard]:
    form = SettingsForm(app or server.app(), **options)
    async with form.run_test(size=size) as pilot:
        keyboard = Keyboard(pilot)
        await keyboard.until(lambda: form.view.activation.snapshot.ready, "the state")
        yield keyboard


async def test_the_state_is_told_at_once_with_what_to_do():
    async with at_form(FakeServer()) as keyboard:
        await keyboard.reads("✗ Harbor Notes is not activated")
        assert "Type your product key, or sign in." in keyboard.seen()
        screen = keyboard.screen()
        assert "Harbor Notes Settings" in screen.splitlines()[0]
        assert "Pages" in screen.splitlines()[-1]
        assert "Quit" in screen.splitlines()[-1]


async def test_where_a_window_was_wanted_its_first_line_says_why_it_came():
    async with at_form(FakeServer(), why="Here, because this system lacks libxcb-cursor.so.0") as keyboard:
        lines = keyboard.screen().splitlines()
        assert lines[0].strip() == "Here, because this system lacks libxcb-cursor.so.0"
        assert "Harbor Notes Settings" in lines[1]


async def test_a_key_is_typed_with_help_and_activates_without_a_mouse():
    server = FakeServer()
    key = server.mint()
    async with at_form(server) as keyboard:
        await keyboard.reads("Harbor Notes is not activated")
        await keyboard.type_into("key", key[:-1])
        await keyboard.reads("1 character is missing")
        await keyboard.press(key[-1])
        await keyboard.reads("The key is well typed")
        await keyboard.press("enter")
        await keyboard.reads("✓ Harbor Notes is activated with a digital license")
        field = keyboard.form.query_one("#key", Input)
        await keyboard.until(lambda: field.value == "", "the key is forgotten")


async def test_a_mistyped_key_is_shown_and_the_corrected_one_taken_if_one_agrees():
    server = FakeServer()
    key = server.mint()
    wrong = key[:-1] + ("B" if key[-1] != "B" else "C")
    async with at_form(server) as keyboard:
        await keyboard.reads("Harbor Notes is not activated")
        await keyboard.paste_into("key", wrong)
        await keyboard.reads(f"[{wrong[-1]}] Perhaps {key}")
        await keyboard.push("use_suggestion")
        assert keyboard.form.query_one("#key", Input).value == key
        assert server.requests == []
        await keyboard.press("enter")
        await keyboard.reads("Harbor Notes is activated")


async def test_a_problem_is_shown_with_a_button_for_its_next_step():
    server = FakeServer()
    key = server.mint()
    server.go_offline()
    async with at_form(server) as keyboard:
        await keyboard.paste_into("key", key)
        await keyboard.press("enter")
        await keyboard.reads("The activation service cannot be reached")
        server.come_back()
        await keyboard.push("take_step")
        await keyboard.reads("Harbor Notes is activated")
        assert not keyboard.form.query_one("#page_activation #problem").display


async def test_a_refused_key_stays_in_its_field():
    server = FakeServer()
    async with at_form(server) as keyboard:
        await keyboard.type_into("key", "BCDFG-HJKMN")
        await keyboard.press("enter")
        await keyboard.reads("The product key is mistyped")
        assert keyboard.form.query_one("#key", Input).value == "BCDFG-HJKMN"


async def test_while_the_server_hangs_every_page_can_be_read_and_the_form_be_left(monkeypatch):
    server = FakeServer()
    app, hangs, left = server.app(), threading.Event(), threading.Event()

    def hanging(*_, **__):
        left.wait(20)
        return app.status()

    monkeypatch.setattr(app, "activate", lambda key: (hangs.set(), hanging())[1])
    try:
        async with at_form(server, app) as keyboard:
            await keyboard.push("activate")
            await keyboard.until(hangs.is_set, "the errand")
            await keyboard.reads("Activating …")
            await keyboard.push("activate")
            for page in PAGES:
                await keyboard.turn_to(page)
            await keyboard.press("f10")
        assert not left.is_set(), "nobody waited for the server"
    finally:
        left.set()


async def test_freeing_the_seat_asks_and_no_is_the_answer_at_hand():
    server = FakeServer()
    app = activated_app(server)
    async with at_form(server, app) as keyboard:
        await keyboard.reads("Harbor Notes is activated")
        await keyboard.push("deactivate")
        await keyboard.until(lambda: keyboard.form.focused.id == "no", "the question")
        await keyboard.press("enter")
        assert app.status().activated
        await keyboard.push("deactivate")
        await keyboard.until(lambda: keyboard.form.focused.id == "no", "the question")
        await keyboard.press("tab", "enter")
        await keyboard.reads("Harbor Notes is not activated")


async def test_signing_in_linking_and_freeing_by_keyboard():
    server = FakeServer()
    app = activated_app(server)
    async with at_form(server, app) as keyboard:
        await keyboard.turn_to("your_info")
        await keyboard.push("sign_in")
        await keyboard.reads("You are signed in as m•••@o•••.example")
        await keyboard.reads("Link this license to your account?")
        await keyboard.push("link")
        await keyboard.reads("activated with a digital license linked to your account")
        await keyboard.turn_to("devices")
        await keyboard.reads("(This computer)")
        await keyboard.push("free")
        await keyboard.until(lambda: keyboard.form.focused.id == "no", "the question")
        await keyboard.press("tab", "enter")
        await keyboard.reads("The seats of amber-heron are free")


async def test_a_code_is_drawn_to_be_scanned_and_can_be_given_up(monkeypatch):
    server = FakeServer()
    app = server.app()
    shown, sign_in = threading.Event(), app.sign_in

    def waiting(*, cancelled, show_code, **options):
        def show(codes):
            show_code(codes)
            shown.set()
            while not cancelled():
                assert not threading.Event().wait(0.01)

        return sign_in(show_code=show, cancelled=cancelled, **options)

    monkeypatch.setattr(app, "sign_in", waiting)
    async with at_form(server, app, size=(100, 50)) as keyboard:
        await keyboard.turn_to("your_info")
        await keyboard.push("sign_in_by_code")
        await keyboard.until(shown.is_set, "the code")
        await keyboard.reads("http://localhost:1/device")
        await keyboard.until(lambda: "▀" in keyboard.screen(), "the QR code")
        await keyboard.push("cancel")
        await keyboard.until(lambda: not keyboard.form.query_one("#signing_in").display, "the end")
        assert "Nobody is signed in" in keyboard.seen()


async def test_the_troubleshooter_leads_through_the_sign_in_and_back():
    server = FakeServer()
    old = activated_app(server)
    old.sign_in()
    old.link()
    async with at_form(server, server.app("new")) as keyboard:
        await keyboard.push("troubleshoot")
        await keyboard.push("troubleshoot_sign_in")
        await keyboard.reads("Which of these devices are you using right now?")
        await keyboard.push("this_device")
        await keyboard.reads("Harbor Notes is activated with a digital license linked to your account")


async def test_privacy_shows_the_whole_message_and_about_the_support_code():
    async with at_form(FakeServer()) as keyboard:
        await keyboard.turn_to("privacy")
        await keyboard.reads('"product": "harbor-notes"')
        await keyboard.turn_to("about")
        await keyboard.reads("product=harbor-notes")
        await keyboard.push("check_connection")
        await keyboard.reads("The activation service can be reached")


async def test_a_choice_is_turned_on_and_off_by_the_keyboard_and_keeps_the_focus():
    server = FakeServer()
    app = server.app()
    app.sign_in()
    async with at_form(server, app) as keyboard:
        await keyboard.turn_to("privacy")
        await keyboard.reads("Names of your computers: Off")
        await keyboard.reads("Not asked for, and so not collected: How often features are used")
        assert "Share nothing" not in keyboard.seen()
        await keyboard.push("turn_device_name")
        await keyboard.reads("Names of your computers: On")
        await keyboard.reads(f"Agreed to on {server.clock.now().date()}")
        await keyboard.reads('"name": "laptop"')
        await keyboard.reads("You agreed: Names of your computers.")
        assert keyboard.form.focused.id == "turn_device_name"
        await keyboard.until(lambda: not keyboard.form.focused.has_class("-active"), "the button is up again")
        await keyboard.press("enter")
        await keyboard.reads("Withdrawn: Names of your computers")
        assert keyboard.form.focused.id == "turn_device_name"
        await keyboard.until(lambda: not keyboard.form.focused.has_class("-active"), "the button is up again")
        await keyboard.press("enter")
        await keyboard.reads("Names of your computers: On")
        await keyboard.push("share_nothing")
        await keyboard.reads("You share nothing that is optional")
        assert '"name": "laptop"' not in keyboard.seen()


async def test_signed_out_there_is_nothing_to_choose_and_a_way_to_sign_in():
    async with at_form(FakeServer()) as keyboard:
        await keyboard.turn_to("privacy")
        await keyboard.reads("Without an account nothing optional is sent.")
        await keyboard.push("privacy_sign_in")
        await keyboard.reads("You are signed in as")
        await keyboard.turn_to("privacy")
        await keyboard.reads("Names of your computers: Off")


async def test_the_first_run_is_small_and_begins_at_the_key():
    server = FakeServer()
    async with at_form(server, first_run=True) as keyboard:
        await keyboard.until(lambda: keyboard.form.focused is not None, "the focus")
        assert keyboard.form.focused.id == "key"
        assert keyboard.screen().splitlines()[0].strip() == "Activate Harbor Notes"
        assert not keyboard.form.query_one("#pages").display
        await keyboard.press("escape")
    assert keyboard.form._exit


async def test_the_first_run_ends_with_the_activation():
    server = FakeServer()
    async with at_form(server, first_run=True) as keyboard:
        await keyboard.until(lambda: keyboard.form.focused is not None, "the focus")
        await keyboard.type_into("key", server.mint())
        assert not keyboard.form._exit
        await keyboard.press("enter")
        await keyboard.until(lambda: keyboard.form._exit, "the end")


@pytest.mark.parametrize("between", ["\n", "\r\n", " \u2013 "])
async def test_a_key_is_pasted_whole_where_it_stands_in_several_lines(between: str):
    server = FakeServer()
    key = server.mint()
    async with at_form(server) as keyboard:
        field = keyboard.form.query_one("#key", Input)
        field.post_message(events.Paste(f"\n {key.replace('-', between)} \n"))
        await keyboard.reads("The key is well typed")


async def test_in_a_narrow_terminal_the_page_has_the_room_until_the_list_is_gone_to():
    async with at_form(FakeServer(), size=(40, 12)) as keyboard:
        await keyboard.reads("or sign in.")
        page, pages = keyboard.form.page_view("activation"), keyboard.form.query_one("#pages")
        assert (page.region.width, pages.region.width) == (37, 3)
        await keyboard.press("escape")
        await keyboard.until(lambda: pages.region.width == 23, "the names of the pages")
        assert "Devices and licenses" in keyboard.screen()


@pytest.mark.parametrize(
    ("size", "language"),
    [((40, 12), "de"), ((80, 24), "en"), ((80, 24), "ja"), ((60, 20), "de"), ((120, 40), "fr")],
)
async def test_nothing_is_wider_than_the_terminal(size: tuple[int, int], language: str):
    server = FakeServer()
    app = server.app(language=language)
    app.activate(server.mint())
    app.sign_in()
    async with at_form(server, app, size=size) as keyboard:
        for page in PAGES:
            keyboard.form.go_to(page)
            await keyboard.press("pagedown")
            view = keyboard.form.page_view(page)
            assert view.max_scroll_x == 0, page
            right = view.content_region.right
            wide = [each for each in view.query(Do) if each.is_on_screen and each.region.right > right]
            assert wide == []


async def test_every_button_and_field_that_is_shown_is_reached_by_tab():
    server = FakeServer()
    app = activated_app(server)
    app.sign_in()
    async with at_form(server, app) as keyboard:
        for page in PAGES:
            keyboard.form.go_to(page)
            view, shown = keyboard.form.page_view(page), keyboard.form.view.page(page)
            await keyboard.until(lambda shown=shown: shown.snapshot.busy is None, "quiet")
            controls = {
                each
                for each in (*view.query(Do), *view.query(Input))
                if all(up.display for up in each.ancestors_with_self)
            }
            reached = set()
            for _ in range(len(controls) + 3):
                reached.add(keyboard.form.focused)
                await keyboard.press("tab")
            assert controls <= reached, page


async def test_the_focus_is_seen_without_color(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with at_form(FakeServer()) as keyboard:
        button = await keyboard.tab_to("activate")
        assert button.styles.text_style.reverse
        assert "Harbor Notes is not activated" in keyboard.seen()
        assert "✗" in keyboard.seen(), "the tone is a sign as well as a color"


async def test_the_appearance_goes_around():
    async with at_form(FakeServer()) as keyboard:
        first = keyboard.form.theme
        seen = []
        for _ in range(3):
            await keyboard.press("f2")
            seen.append(keyboard.form.theme)
        assert len(set(seen)) == 3
        assert seen[-1] == first


@pytest.mark.parametrize(
    ("background", "theme"), [("", DARK), ("15;0", DARK), ("0;15", LIGHT), ("0;default;7", LIGHT)]
)
def test_the_theme_follows_the_terminal(background: str, theme):
    assert theme_for({"COLORFGBG": background}) is theme

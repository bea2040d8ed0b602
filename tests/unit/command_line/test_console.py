"""Where words go: people's and programs' streams, styles only at a terminal, questions only to a person."""

import argparse
import io
import json
import sys
import threading

import pytest

from mooring.command_line import console as module
from mooring.command_line.console import Console, next_step_line


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def colorful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def err() -> io.StringIO:
    return io.StringIO()


def test_people_read_standard_output_unless_a_program_does(out: io.StringIO, err: io.StringIO):
    Console(out=out, err=err).say("hello")
    assert (out.getvalue(), err.getvalue()) == ("hello\n", "")
    Console(as_json=True, out=out, err=err).say("hello")
    assert (out.getvalue(), err.getvalue()) == ("hello\n", "hello\n")


def test_programs_get_one_document(out: io.StringIO, err: io.StringIO):
    console = Console(as_json=True, out=out, err=err)
    console.answer({"masked": "m•••"})
    console.answer({"second": True})
    assert json.loads(out.getvalue()) == {"masked": "m•••"}
    assert "m•••" in out.getvalue()
    assert err.getvalue() == ""


def test_people_get_no_document(out: io.StringIO, err: io.StringIO):
    Console(out=out, err=err).answer({"code": "x"})
    assert out.getvalue() == err.getvalue() == ""


def test_warnings_go_to_standard_error_for_both(out: io.StringIO, err: io.StringIO):
    for as_json in (False, True):
        Console(as_json=as_json, out=out, err=err).warn("beware")
    assert (out.getvalue(), err.getvalue()) == ("", "beware\nbeware\n")


def test_styles_show_only_on_the_terminal_that_people_read():
    screen, pipe = Screen(), io.StringIO()
    assert Console(out=screen, err=pipe).styled("x", "bold", "red") == "\x1b[1;31mx\x1b[0m"
    assert Console(out=screen, err=pipe).error_styled("x", "bold") == "x"
    assert Console(out=pipe, err=screen).styled("x", "bold") == "x"
    assert Console(out=pipe, err=screen).error_styled("x", "underline") == "\x1b[4mx\x1b[0m"
    assert Console(as_json=True, out=pipe, err=screen).styled("x", "bold") == "\x1b[1mx\x1b[0m"
    assert Console(out=screen, err=screen).styled("", "bold") == ""


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_whoever_wants_no_colors_gets_none(monkeypatch: pytest.MonkeyPatch, name: str, value: str):
    monkeypatch.setenv(name, value)
    console = Console(out=Screen(), err=Screen())
    assert console.styled("x", "bold") == console.error_styled("x", "bold") == "x"
    assert not console.error_shows_styles


def test_an_empty_no_color_means_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "")
    assert Console(out=Screen(), err=Screen()).error_shows_styles


def test_rows_line_up_and_leave_out_what_is_empty(out: io.StringIO, err: io.StringIO):
    Console(out=out, err=err).rows([("Edition", "Pro"), ("Holder", ""), ("Key", "8XKQ2")])
    assert out.getvalue() == "  Edition  Pro\n  Key      8XKQ2\n"
    Console(out=out, err=err).rows([])
    assert out.getvalue().count("\n") == 2


@pytest.mark.parametrize(
    ("typed", "agreed"),
    [
        *((typed, True) for typed in ("y\n", "Y\n", " yes \n")),
        *((typed, False) for typed in ("n\n", "\n", "", "yy\n")),
    ],
)
def test_only_yes_is_agreement(monkeypatch: pytest.MonkeyPatch, typed: str, agreed: bool):
    err = Screen()
    monkeypatch.setattr(sys, "stdin", Screen(typed))
    assert Console(out=Screen(), err=err).confirms("Sure?") is agreed
    assert err.getvalue() == ("Sure? [y/N] " if typed else "Sure? [y/N] \n")


def test_where_the_input_ends_at_a_question_what_follows_begins_a_line(monkeypatch: pytest.MonkeyPatch):
    err = Screen()
    monkeypatch.setattr(sys, "stdin", Screen(""))
    assert Console(out=Screen(), err=err).ask("Which? ") == ""
    assert err.getvalue() == "Which? \n"


@pytest.mark.parametrize("case", ["program", "input is piped", "output is piped"])
def test_nobody_is_asked_where_nobody_sits(monkeypatch: pytest.MonkeyPatch, case: str):
    err = Screen()
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n") if case == "input is piped" else Screen("y\n"))
    out = io.StringIO() if case == "output is piped" else Screen()
    console = Console(as_json=case == "program", out=out, err=err)
    assert console.confirms("Sure?") is False
    assert err.getvalue() == ""


def test_one_line_is_read_without_what_surrounds_it(monkeypatch: pytest.MonkeyPatch, out: io.StringIO):
    monkeypatch.setattr(sys, "stdin", io.StringIO("  a key \r\nmore\n"))
    assert Console(out=out, err=out).read_line() == "a key"


def test_bytes_that_are_no_text_are_read_all_the_same(monkeypatch: pytest.MonkeyPatch, out: io.StringIO):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"key \xff\n"), encoding="utf-8"))
    assert Console(out=out, err=out).read_line() == "key \N{REPLACEMENT CHARACTER}"


def test_long_work_is_announced_at_a_terminal_and_taken_back(monkeypatch: pytest.MonkeyPatch):
    announced = threading.Event()

    class Watched(Screen):
        def write(self, text: str) -> int:
            written = super().write(text)
            announced.set()
            return written

    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0)
    err = Watched()
    with Console(out=Screen(), err=err).working("Asking"):
        assert announced.wait(10)
    assert err.getvalue() == "Asking ...\r\x1b[K"


def test_short_work_says_nothing(monkeypatch: pytest.MonkeyPatch, err: io.StringIO):
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 3600)
    screen = Screen()
    for stream in (screen, err):
        with Console(out=stream, err=stream).working("Asking"):
            pass
    assert screen.getvalue() == err.getvalue() == ""


def test_a_character_that_the_console_lacks_does_not_end_the_command():
    raw = io.BytesIO()
    ascii_only = io.TextIOWrapper(raw, encoding="ascii")
    Console(out=ascii_only, err=ascii_only).say("✓ fine")
    assert raw.getvalue() == b"? fine\n"


def test_a_second_line_is_read_after_the_first(monkeypatch: pytest.MonkeyPatch, out: io.StringIO):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"1\n\xff\n"), encoding="utf-8"))
    console = Console(out=out, err=out)
    assert [console.read_line(), console.read_line()] == ["1", "\N{REPLACEMENT CHARACTER}"]


def test_an_answer_is_what_was_typed(monkeypatch: pytest.MonkeyPatch):
    err = Screen()
    monkeypatch.setattr(sys, "stdin", Screen(" 2 \n"))
    assert Console(out=Screen(), err=err).ask("Which? ") == "2"
    assert err.getvalue() == "Which? "
    assert Console(as_json=True, out=Screen(), err=err).ask("Which? ") == ""


REFUSAL = {
    "code": "x",
    "title": "It failed",
    "detail": "It was too late.",
    "next": {"action": "a", "label": "Go"},
}


def test_a_refusal_is_told_to_people_and_programs(out: io.StringIO, err: io.StringIO):
    Console(as_json=True, out=out, err=err).refuse_with(REFUSAL, commands=["mooring x", "mooring y"])
    assert json.loads(out.getvalue()) == REFUSAL
    assert err.getvalue() == "✗ It failed\n  It was too late.\n  → Go\n    mooring x\n    mooring y\n"


@pytest.mark.parametrize("step", [{}, {"next": None}, {"next": {"action": "none", "label": ""}}])
def test_a_refusal_without_a_step_tells_none(out: io.StringIO, err: io.StringIO, step: dict[str, object]):
    words = {"code": "x", "title": "It failed", "detail": "It failed."}
    Console(out=out, err=err).refuse_with(words | step)
    assert (out.getvalue(), err.getvalue()) == ("", "✗ It failed\n")


def test_the_address_of_a_step_stands_behind_it():
    assert next_step_line({"label": "Buy", "url": "https://shop.example"}) == "  → Buy: https://shop.example"
    assert next_step_line({"label": "Wait"}) == "  → Wait"


@pytest.mark.parametrize(
    ("given", "as_json"), [({}, False), ({"json": False}, False), ({"json": True}, True)]
)
def test_whether_a_program_reads_it_says_the_command_line(given: dict[str, bool], as_json: bool):
    assert Console.of(argparse.Namespace(**given)).as_json is as_json

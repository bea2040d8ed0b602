"""Lines end at the terminal's edge, between words; what is not for a terminal is left as it is."""

import io
import os
import pty
import struct
import termios
from fcntl import ioctl

import pytest

from mooring.command_line.console import Console
from mooring.command_line.folding import columns_of, folded, folded_example, padded, width_of

SENTENCE = "  This computer's clock shows a time that cannot be right."


@pytest.mark.parametrize(
    ("line", "columns", "shown"),
    [
        ("short", 5, "short"),
        ("two words", 9, "two words"),
        ("two words", 8, "two\nwords"),
        ("two words", 3, "two\nwords"),
        (SENTENCE, 30, "  This computer's clock shows\n  a time that cannot be right."),
        ("✗ No license was found", 14, "✗ No license\n  was found"),
        ("  → Go online, or not", 14, "  → Go online,\n    or not"),
        ("a-word-that-does-not-fit x", 10, "a-word-that-does-not-fit\nx"),
        ("  a-word-that-does-not-fit", 10, "  a-word-that-does-not-fit"),
        ("columns  stay  apart", 14, "columns  stay\napart"),
        ("one\ntwo words", 8, "one\ntwo\nwords"),
        ("", 8, ""),
    ],
)
def test_a_line_is_folded_between_words_below_its_own_beginning(line, columns, shown):
    assert folded(line, columns) == shown


def test_what_hangs_begins_farther_in_unless_that_leaves_too_little():
    line = "  Name  amber-heron and more of it"
    assert folded(line, 24, hanging=6) == "  Name  amber-heron and\n        more of it"
    assert folded(line, 20, hanging=8) == "  Name  amber-heron\n          and more\n          of it"
    assert folded(line, 19, hanging=8) == "  Name  amber-heron\n    and more of it"
    assert folded("    x y z", 6, hanging=9) == "    x\n   y z"


def test_styles_take_no_room():
    assert folded("\x1b[1;31mtwo words\x1b[0m", 9) == "\x1b[1;31mtwo words\x1b[0m"
    assert folded("  \x1b[2mA label\x1b[0m  value", 16) == "  \x1b[2mA label\x1b[0m  value"
    assert folded("\x1b[36m  → Go online\x1b[0m", 8) == "\x1b[36m  → Go\n    online\x1b[0m"


def test_nothing_is_folded_where_there_is_no_edge():
    assert folded(SENTENCE * 9, None) == SENTENCE * 9


class Screen(io.StringIO):
    """A terminal of 30 columns."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 30


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.setattr(os, "get_terminal_size", lambda number: os.terminal_size((number, 24)))
    monkeypatch.setenv("NO_COLOR", "1")
    return Screen()


def test_the_edge_is_that_of_the_terminal():
    controlling, other = pty.openpty()
    with os.fdopen(other, "w", encoding="utf-8") as stream:
        ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 30, 0, 0))
        assert columns_of(stream) == 30
        ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 0, 0, 0, 0))
        assert columns_of(stream) is None
    os.close(controlling)


def test_what_is_piped_has_no_edge(tmp_path):
    assert columns_of(io.StringIO()) is None
    with (tmp_path / "file").open("w") as file:
        assert columns_of(file) is None


def test_a_console_folds_what_people_read_and_nothing_that_is_drawn(screen):
    console = Console(out=screen, err=screen)
    console.say(SENTENCE)
    console.warn(SENTENCE, hanging=2)
    console.show(SENTENCE)
    assert screen.getvalue().splitlines() == [
        "  This computer's clock shows",
        "  a time that cannot be right.",
        "  This computer's clock shows",
        "    a time that cannot be",
        "    right.",
        SENTENCE,
    ]


def test_the_values_of_rows_stay_in_their_column(screen):
    Console(out=screen, err=screen).rows([("Name", "amber-heron and more of it"), ("N", "x")])
    assert screen.getvalue() == "  Name  amber-heron and more\n        of it\n  N     x\n"


def test_a_value_that_would_have_less_than_half_the_screen_stands_below_its_label(screen):
    label, short = "A label of 16 ch", "x" * 10
    console = Console(out=screen, err=screen)
    console.rows([(label, short), (label, "seven words take more than one line")])
    assert screen.getvalue().splitlines() == [
        f"  {label}  {short}",
        f"  {label}",
        "    seven words take more than",
        "    one line",
    ]


def test_the_commands_of_a_refusal_hang_below_themselves(screen):
    words = {"code": "x", "title": "No", "detail": "No.", "next": {"action": "a", "label": "Go"}}
    Console(out=screen, err=screen).refuse_with(words, commands=["mooring x  which is a long remark"])
    assert screen.getvalue() == "✗ No\n  → Go\n    mooring x\n        which is a long remark\n"


def test_what_is_too_wide_cannot_be_drawn(screen, monkeypatch):
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm")
    console = Console(out=screen, err=screen)
    assert console.can_draw(["█" * 30, "▀"])
    assert not console.can_draw(["▀", "█" * 31])


def test_chinese_and_japanese_fold_between_signs_and_take_two_columns_each():
    assert width_of("数字许可证") == 10
    assert width_of("\x1b[1mé\x1b[0m e\u0301") == 3
    assert folded("  → 数字许可证、很好", 14) == "  → 数字许可\n    证、很好"
    assert folded("许可证、好", 6) == "许可\n证、好"  # no line begins with a closing mark
    assert padded("许可", 6) == "许可  "


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (None, "    mooring renew      asks now"),
        (31, "    mooring renew      asks now"),
        (30, "    mooring renew\n        asks now"),
        (16, "    mooring renew\n        asks now"),
        (10, "    mooring renew\n        asks\n    now"),
    ],
)
def test_what_is_said_behind_a_command_goes_below_it_before_the_command_is_taken_apart(columns, shown):
    assert folded_example("    mooring renew      asks now", columns) == shown


def test_a_command_alone_stays_whole_to_be_copied():
    assert folded_example("  mooring activate --license lic_1", 10) == "  mooring activate --license lic_1"

import io
import sys

import pytest
import segno

from mooring.client.doors.cli.console import Console
from mooring.client.view.qr_code import qr_lines

ADDRESS = "https://licenses.example/device?user_code=WDJB-MJHT"
_ROWS = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


def test_the_squares_are_those_of_the_code():
    lines = qr_lines(ADDRESS)
    rows = [[_ROWS[symbol][half] for symbol in line] for line in lines for half in (0, 1)]
    code = segno.make_qr(ADDRESS, error="l")
    wanted = [[int(bool(square)) for square in row] for row in code.matrix_iter(border=4)]
    assert rows[: len(wanted)] == wanted
    assert all(not any(row) for row in rows[len(wanted) :])
    assert all(not any(row) for row in rows[:4])


class Screen(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


def test_it_is_drawn_black_on_white_on_a_terminal(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    screen = Screen()
    Console(out=screen, err=screen).qr_code(ADDRESS)
    assert screen.getvalue().splitlines()[5].startswith("\x1b[30;107m")


@pytest.mark.parametrize("encoding", ["ascii", None, "no-such-thing"])
def test_where_it_cannot_be_shown_it_is_not(monkeypatch, encoding):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    screen = Screen()
    monkeypatch.setattr(Screen, "encoding", encoding)
    Console(out=screen, err=sys.stderr).qr_code(ADDRESS)
    Console(out=io.StringIO(), err=sys.stderr).qr_code(ADDRESS)
    assert screen.getvalue() == ""

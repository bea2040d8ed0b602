"""A QR code in text has the squares of the code."""

import segno

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

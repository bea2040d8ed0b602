"""A QR code as squares, and as lines of text: two rows of squares a line, dark squares as blocks."""

from __future__ import annotations

_SQUARES = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
_QUIET_ZONE = 4
"""Squares around the code that must stay light (ISO/IEC 18004)."""


def qr_matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    """Return the rows of a QR code that says ``text``: its dark squares, with the quiet zone around them."""
    import segno  # noqa: PLC0415 - only a sign-in on another device draws one

    code = segno.make_qr(text, error="l")
    return tuple(tuple(map(bool, row)) for row in code.matrix_iter(border=_QUIET_ZONE))


def qr_lines(text: str) -> tuple[str, ...]:
    """Return the lines of a QR code that says ``text``, to be shown dark on light."""
    return matrix_lines(qr_matrix(text))


def matrix_lines(matrix: tuple[tuple[bool, ...], ...]) -> tuple[str, ...]:
    """Return the lines of a QR code, to be shown dark on light."""
    rows = [*matrix]
    if len(rows) % 2:
        rows.append((False,) * len(rows[0]))
    return tuple(
        "".join(_SQUARES[int(upper), int(lower)] for upper, lower in zip(*pair, strict=True))
        for pair in zip(rows[::2], rows[1::2], strict=True)
    )

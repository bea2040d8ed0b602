"""A QR code as lines of text: two rows of squares a line, dark squares as blocks."""

from __future__ import annotations

_SQUARES = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
_QUIET_ZONE = 4
"""Squares around the code that must stay light (ISO/IEC 18004)."""


def qr_lines(text: str) -> tuple[str, ...]:
    """Return the lines of a QR code that says ``text``, to be shown dark on light."""
    import segno  # noqa: PLC0415 - only a sign-in on another device draws one

    code = segno.make_qr(text, error="l")
    rows = [list(row) for row in code.matrix_iter(border=_QUIET_ZONE)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    return tuple(
        "".join(_SQUARES[int(bool(upper)), int(bool(lower))] for upper, lower in zip(*pair, strict=True))
        for pair in zip(rows[::2], rows[1::2], strict=True)
    )

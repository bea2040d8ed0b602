"""A flame graph: collapsed stacks as a picture (SVG) that says where the time went.

    python -m bench.flames bench/results/SQLite.stacks

Each box is a function, as wide as the share of samples in which it ran, hanging from the one that called it.
Point at one, and it tells its share.
"""

from __future__ import annotations

import sys
import zlib
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WIDTH = 1600
ROW = 17
LETTER = 6.6
"""Pixels: of the picture, of a box's height, of a letter's width."""
TOO_NARROW = 1.0
"""Boxes of fewer pixels are left out: nobody can point at them."""
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    ' font-family="ui-monospace, monospace" font-size="11">\n'
    "<title>{title}</title>\n"
    "<style>rect {{ stroke: #fff; stroke-width: 0.5 }} g:hover rect {{ stroke: #000; stroke-width: 1 }}"
    " text {{ pointer-events: none }}</style>\n"
    '<rect width="{width}" height="{height}" fill="#fff"/>\n'
    '<text x="8" y="16" font-size="13">{title}</text>\n'
)


class Box:
    """A function at one place of the stacks: how often it was met there, and what it called."""

    def __init__(self) -> None:
        self.samples = 0
        self.calls: defaultdict[str, Box] = defaultdict(Box)


def tree(stacks: Iterable[str]) -> Box:
    """Return the root of collapsed ``stacks``: ``outermost;...;innermost count``, one a line.

    Raises:
        ValueError: a line is none.
    """
    root = Box()
    for line in stacks:
        stack, _, count = line.rpartition(" ")
        box, samples = root, int(count)
        box.samples += samples
        for name in stack.split(";"):
            box = box.calls[name]
            box.samples += samples
    return root


def picture(stacks: Iterable[str], title: str) -> str:
    """Return the SVG of ``stacks``, the outermost functions at the top."""
    root = tree(stacks)
    boxes = list(_boxes(root, 0.0, 1, WIDTH / max(1, root.samples)))
    told = escape(f"{title}: {root.samples:,} samples")
    height = ROW * (2 + max((row for row, _ in boxes), default=0))
    head = _HEAD.format(width=WIDTH, height=height, title=told)
    return head + "".join(drawn for _, drawn in boxes) + "</svg>\n"


def _boxes(caller: Box, left: float, row: int, scale: float) -> Iterator[tuple[int, str]]:
    """Yield the boxes that hang from ``caller``, whose left edge this is, each with its row."""
    for name, box in sorted(caller.calls.items()):
        width = box.samples * scale
        if width >= TOO_NARROW:
            told = escape(f"{name}: {100 * width / WIDTH:.1f} % ({box.samples:,} samples)")
            yield row, f"<g><title>{told}</title>{_drawn(name, left, ROW * row + 4, width)}</g>\n"
            yield from _boxes(box, left, row + 1, scale)
        left += width


def _drawn(name: str, left: float, top: int, width: float) -> str:
    letters = int((width - 6) / LETTER)
    shown = name if len(name) <= letters else name[: letters - 1] + "…" if letters > 3 else ""
    text = f'<text x="{left + 3:.1f}" y="{top + 12}">{escape(shown)}</text>' if shown else ""
    return (
        f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{ROW}" rx="2" fill="{_color(name)}"/>'
        f"{text}"
    )


def _color(name: str) -> str:
    """Return a warm color, always the same for the functions of one file."""
    number = zlib.crc32(name.partition(":")[0].encode())
    return f"hsl({number % 55}, {65 + number // 55 % 25}%, {68 + number // 1375 % 12}%)"


def draw(stacks: Path) -> Path:
    """Draw the file ``stacks`` beside it, and return the picture's path."""
    drawn = stacks.with_suffix(".svg")
    drawn.write_text(picture(stacks.read_text("utf-8").splitlines(), stacks.stem), "utf-8")
    return drawn


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(draw(Path(name)))

"""Where a command's words go: text for people, one JSON document for programs."""

from __future__ import annotations

import json
import os
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PATIENCE_SECONDS = 0.6
"""How long people wait before they want to see that something is going on."""

STYLES = {
    "bold": "1",
    "dim": "2",
    "underline": "4",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "cyan": "36",
    "black_on_white": "30;107",
}


class Console:
    """Standard output and standard error of one command.

    With ``as_json`` standard output carries one JSON document, and everything for people goes to standard
    error. Colors and underlines appear only on a terminal, and not where NO_COLOR is set (no-color.org).
    """

    def __init__(
        self, *, as_json: bool = False, out: TextIO | None = None, err: TextIO | None = None
    ) -> None:
        self.as_json = as_json
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._answered = False
        for stream in (self._out, self._err):
            if hasattr(stream, "reconfigure"):  # a console that lacks a character shows "?" rather than fails
                stream.reconfigure(errors="replace")

    @property
    def for_people(self) -> TextIO:
        """The stream that people read."""
        return self._err if self.as_json else self._out

    @property
    def is_interactive(self) -> bool:
        """Whether a person sits before both ends, so that a question may be asked."""
        return not self.as_json and sys.stdin.isatty() and self._out.isatty()

    def say(self, text: str = "") -> None:
        """Print a line for people."""
        print(text, file=self.for_people, flush=True)

    def warn(self, text: str) -> None:
        """Print a line for people beside the result, on standard error."""
        print(text, file=self._err, flush=True)

    def answer(self, document: object) -> None:
        """Print the one JSON document, where one was asked for."""
        if self.as_json and not self._answered:
            self._answered = True
            print(json.dumps(document, ensure_ascii=False, indent=2), file=self._out, flush=True)

    def read_line(self) -> str:
        """Return one line from standard input, as `-` asks: a secret stays out of the shell's history."""
        return _read_line().strip()

    def ask(self, question: str) -> str:
        """Return what the person types; nothing, where nobody sits."""
        if not self.is_interactive:
            return ""
        print(question, end="", file=self._err, flush=True)
        return _read_line().strip()

    def confirms(self, question: str) -> bool:
        """Return whether the person agrees; nobody is asked, and nothing agreed to, where nobody sits."""
        return self.ask(f"{question} [y/N] ").casefold() in {"y", "yes"}

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """Show ``what`` on a terminal while the block runs, if that takes more than a moment."""
        if not self._err.isatty():
            yield
            return
        shown = threading.Event()

        def show() -> None:
            shown.set()
            print(f"{what} ...", end="", file=self._err, flush=True)

        timer = threading.Timer(PATIENCE_SECONDS, show)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            if shown.is_set():
                print("\r\x1b[K", end="", file=self._err, flush=True)

    def rows(self, rows: Iterable[tuple[str, str]]) -> None:
        """Print labels and values in two columns, leaving out what has no value."""
        shown: Sequence[tuple[str, str]] = [(label, value) for label, value in rows if value]
        width = max((len(label) for label, _ in shown), default=0)
        for label, value in shown:
            self.say(f"  {self.styled(label.ljust(width), 'dim')}  {value}")

    def qr_code(self, text: str) -> None:
        """Draw a QR code that says ``text``, where people read on a terminal that can show one.

        Black on white whatever the terminal's own colors are: many a camera reads it no other way.
        """
        stream = self.for_people
        if not _shows_styles(stream) or not _can_say(stream, "█▀▄"):
            return
        from mooring.client.view.qr_code import qr_lines  # noqa: PLC0415 - only a sign-in elsewhere draws one

        for line in qr_lines(text):
            self.say(_styled(line, ("black_on_white",)))

    def styled(self, text: str, *styles: str) -> str:
        """Return ``text`` in the given styles, unchanged where people do not read it on a terminal."""
        return _styled(text, styles) if _shows_styles(self.for_people) else text

    def error_styled(self, text: str, *styles: str) -> str:
        """Return ``text`` in the given styles, unchanged where standard error is not a terminal."""
        return _styled(text, styles) if self.error_shows_styles else text

    @property
    def error_shows_styles(self) -> bool:
        """Whether standard error shows colors and underlines."""
        return _shows_styles(self._err)


def _read_line() -> str:
    # Bytes that are no text are mistyped, and no fault. It can be said only before the first line is read.
    if hasattr(sys.stdin, "reconfigure") and sys.stdin.errors != "replace":
        sys.stdin.reconfigure(errors="replace")
    return sys.stdin.readline()


def _styled(text: str, styles: tuple[str, ...]) -> str:
    return f"\x1b[{';'.join(STYLES[style] for style in styles)}m{text}\x1b[0m" if text else text


def _shows_styles(stream: TextIO) -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def _can_say(stream: TextIO, text: str) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True

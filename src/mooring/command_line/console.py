"""Where a command's words go: text for people, one JSON document for programs."""

from __future__ import annotations

import json
import os
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from mooring.command_line.folding import columns_of, folded, folded_example, padded, width_of
from mooring.command_line.words import ENGLISH_WORDS, said
from mooring.core.wording.catalogue import mark

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Self

    from mooring.core.wording.catalogue import Translator

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


MARKS = {"good": ("✓", "green"), "warning": ("!", "yellow"), "bad": ("✗", "red")}
"""How a sentence begins that tells how things stand."""

_CHOICE = mark("[y/N]")
_YES = mark("y yes")


class Console:
    """Standard output and standard error of one command.

    With ``as_json`` standard output carries one JSON document, and everything for people goes to standard
    error. Colors and underlines appear only on a terminal, and not where NO_COLOR is set (no-color.org).
    What is said, asked or worked on is written in English, with names in braces for its values, and comes out
    in the language of ``words``.
    """

    def __init__(
        self,
        *,
        as_json: bool = False,
        words: Translator = ENGLISH_WORDS,
        out: TextIO | None = None,
        err: TextIO | None = None,
    ) -> None:
        self.as_json = as_json
        self.words = words
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._answered = False
        for stream in (self._out, self._err):
            if hasattr(stream, "reconfigure"):  # a console that lacks a character shows "?" rather than fails
                stream.reconfigure(errors="replace")

    @classmethod
    def of(cls, arguments: argparse.Namespace, words: Translator = ENGLISH_WORDS) -> Self:
        """Return the console of a command: whether a program reads it, its options say."""
        return cls(as_json=getattr(arguments, "json", False), words=words)

    @property
    def for_people(self) -> TextIO:
        """The stream that people read."""
        return self._err if self.as_json else self._out

    @property
    def for_warnings(self) -> TextIO:
        """The stream of what is said beside the result: standard error."""
        return self._err

    @property
    def is_interactive(self) -> bool:
        """Whether a person sits before both ends, so that a question may be asked."""
        return not self.as_json and sys.stdin.isatty() and self._out.isatty()

    def said(self, message: str, **values: object) -> str:
        """Return ``message`` in the person's language, with its values filled in."""
        return said(self.words, message, values)

    def say(self, message: str = "", *, indent: int = 0, hanging: int = 0, **values: object) -> None:
        """Print a line for people, folded at the edge of a terminal; what follows a fold hangs farther in."""
        text = " " * indent + self.said(message, **values)
        self.show(folded(text, columns_of(self.for_people), hanging=hanging))

    def judge(self, tone: str, message: str, *, bold: bool = False, **values: object) -> None:
        """Say a sentence behind the mark of its ``tone``: ``good``, ``warning`` or ``bad``."""
        sign, color = MARKS[tone]
        text = self.said(message, **values)
        self.say(f"{self.styled(sign, color, 'bold')} {self.styled(text, 'bold') if bold else text}")

    def show(self, text: str) -> None:
        """Print something for people as it is, however wide: a drawing, a document."""
        print(text, file=self.for_people, flush=True)

    def warn(self, message: str, *, hanging: int = 0, **values: object) -> None:
        """Print a line for people beside the result, on standard error; folded as `say` does."""
        text = self.said(message, **values)
        print(folded(text, columns_of(self._err), hanging=hanging), file=self._err, flush=True)

    def answer(self, document: object) -> None:
        """Print the one JSON document, where one was asked for."""
        if self.as_json and not self._answered:
            self._answered = True
            print(json.dumps(document, ensure_ascii=False, indent=2), file=self._out, flush=True)

    def refuse_with(self, document: Mapping[str, Any], *, commands: Sequence[str] = ()) -> None:
        """Tell why nothing was done, and the next step: people on standard error, programs by ``document``.

        Args:
            document: the refusal, with ``title``, ``detail`` and ``next``.
            commands: what to type for the next step, a line each.
        """
        title, detail = document["title"], document["detail"]
        self.warn(self.error_styled(f"✗ {title}", "bold", "red"))
        if detail.rstrip(".") != title.rstrip("."):
            self.warn(f"  {detail}")
        if (document.get("next") or {}).get("label"):
            self.warn(self.error_styled(next_step_line(document["next"]), "cyan"))
        for command in commands:
            print(folded_example(f"    {command}", columns_of(self._err)), file=self._err, flush=True)
        self.answer(document)

    def read_line(self) -> str:
        """Return one line from standard input, as `-` asks: a secret stays out of the shell's history."""
        return _read_line().strip()

    def ask(self, question: str) -> str:
        """Return what the person types; nothing, where nobody sits."""
        if not self.is_interactive:
            return ""
        print(self.said(question), end="", file=self._err, flush=True)
        typed = _read_line()
        if not typed.endswith("\n"):  # the input ended: what follows must not stand behind the question
            print(file=self._err, flush=True)
        return typed.strip()

    def confirms(self, question: str, **values: object) -> bool:
        """Return whether the person agrees; nobody is asked, and nothing agreed to, where nobody sits."""
        answer = self.ask(f"{self.said(question, **values)} {self.said(_CHOICE)} ")
        return answer.casefold() in {*_YES.split(), *self.said(_YES).casefold().split()}

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """Show ``what`` on a terminal while the block runs, if that takes more than a moment."""
        what = self.said(what)
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
        shown: Sequence[tuple[str, str]] = [(self.said(label), value) for label, value in rows if value]
        width = max((width_of(label) for label, _ in shown), default=0)
        columns = columns_of(self.for_people)
        for label, value in shown:
            styled = self.styled(padded(label, width), "dim")
            if columns is not None and 2 * (width + 4) > columns < width + 4 + width_of(value):
                self.say(f"  {styled.rstrip()}\n    {value}")  # two columns would leave the second too little
            else:
                self.say(f"  {styled}  {value}", hanging=width + 2)

    def can_draw(self, lines: Sequence[str]) -> bool:
        """Tell whether people read on a terminal that shows styles, and all of ``lines`` unfolded."""
        columns = columns_of(self.for_people)
        fits = columns is None or all(len(line) <= columns for line in lines)
        return fits and _shows_styles(self.for_people) and _can_say(self.for_people, "".join(lines))

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


def next_step_line(step: Mapping[str, object]) -> str:
    """Return the line that tells the one next step, with its address where there is one."""
    address = f": {step['url']}" if step.get("url") else ""
    return f"  → {step['label']}{address}"


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

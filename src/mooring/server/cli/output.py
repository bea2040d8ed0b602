"""What an operator's command prints: text for people, or one JSON document for programs."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Mapping, Sequence

DONE = 0
WRONG_USAGE = 2
REFUSED = 4
UNREACHABLE = 5


class Output:
    """Standard output and standard error of one command.

    With ``--json`` standard output carries exactly one JSON document, and everything for people goes to
    standard error.
    """

    def __init__(self, *, as_json: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.as_json = as_json
        self._out = out or sys.stdout
        self._err = err or sys.stderr

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Output:
        """Return the output that the command line asks for."""
        return cls(as_json=getattr(arguments, "json", False))

    @property
    def _people(self) -> TextIO:
        return self._err if self.as_json else self._out

    def say(self, text: str = "") -> None:
        """Print a line for people."""
        print(text, file=self._people, flush=True)

    def warn(self, text: str) -> None:
        """Print a line for people beside the result, on standard error."""
        print(text, file=self._err, flush=True)

    def answer(self, document: object) -> None:
        """Print the one JSON document, where one was asked for."""
        if self.as_json:
            print(json.dumps(document, ensure_ascii=False, indent=2), file=self._out, flush=True)

    def facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Print labels and values for people, leaving out what has no value."""
        shown = [(label, value) for label, value in facts if value]
        width = max((len(label) for label, _ in shown), default=0)
        for label, value in shown:
            self.say(f"  {label.ljust(width)}  {value}")

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str) -> None:
        """Print rows for people, drawn on a terminal and tab-separated when piped; ``empty`` if none."""
        if not rows:
            self.say(empty)
        elif self._people.isatty():
            from rich.console import Console  # noqa: PLC0415 - only where something is drawn
            from rich.table import Table  # noqa: PLC0415
            from rich.text import Text  # noqa: PLC0415

            drawn = Table(*columns, box=None, header_style="bold", pad_edge=False)
            for row in rows:
                drawn.add_row(*(Text(cell) for cell in row))
            Console(file=self._people).print(drawn)
        else:
            for row in (columns, *rows):
                self.say("\t".join(row))

    @contextmanager
    def progress(self, label: str, total: int) -> Iterator[Callable[[int], None]]:
        """Draw a progress bar on a terminal; give what is to be told how far the work is."""
        if not self._err.isatty():
            yield lambda _: None
            return
        from rich.console import Console  # noqa: PLC0415 - only where something is drawn
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn  # noqa: PLC0415

        columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(file=self._err), transient=True) as bar:
            task = bar.add_task(label, total=total)
            yield lambda done: bar.update(task, completed=done)

    def refuse(self, code: str, title: str, detail: str, action: str, label: str) -> None:
        """Print why nothing was done and what to do, in the shape that refusals to customers have."""
        following = {"action": action, "label": label}
        self.refuse_with({"code": code, "title": title, "detail": detail, "next": following})

    def refuse_with(self, document: Mapping[str, Any]) -> None:
        """Print a refusal's sentences on standard error, and its document where JSON was asked for."""
        self.warn(document["detail"])
        if label := document["next"]["label"]:
            self.warn(f"→ {label}")
        self.answer(document)

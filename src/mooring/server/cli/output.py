"""What an operator's command prints: besides what every command can, tables and progress."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mooring.command_line.console import Console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Output(Console):
    """The console of a command on the server, where `rich` is installed to draw with."""

    def refuse(self, code: str, title: str, detail: str, action: str, label: str) -> None:
        """Tell why nothing was done and what to do, in the shape that refusals to customers have."""
        following = {"action": action, "label": label}
        self.refuse_with({"code": code, "title": title, "detail": detail, "next": following})

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str) -> None:
        """Print rows for people, drawn on a terminal and tab-separated when piped; ``empty`` if none."""
        if not rows:
            self.say(empty)
        elif self.for_people.isatty():
            from rich.console import Console as Screen  # noqa: PLC0415 - only where something is drawn
            from rich.table import Table  # noqa: PLC0415
            from rich.text import Text  # noqa: PLC0415

            drawn = Table(*columns, box=None, header_style="bold", pad_edge=False)
            for row in rows:
                drawn.add_row(*(Text(cell) for cell in row))
            Screen(file=self.for_people).print(drawn)
        else:
            for row in (columns, *rows):
                self.say("\t".join(row))

    @contextmanager
    def progress(self, label: str, total: int) -> Iterator[Callable[[int], None]]:
        """Draw a progress bar on a terminal; give what is to be told how far the work is."""
        if not self.for_warnings.isatty():
            yield lambda _: None
            return
        from rich.console import Console as Screen  # noqa: PLC0415 - only where something is drawn
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn  # noqa: PLC0415

        columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Screen(file=self.for_warnings), transient=True) as bar:
            task = bar.add_task(label, total=total)
            yield lambda done: bar.update(task, completed=done)

"""What every page of the terminal form does: show a snapshot, and call intents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual.containers import VerticalScroll

from mooring.client.doors.terminal.parts import Do, StatusLine, Words
from mooring.client.doors.terminal.questions import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.app import ComposeResult
    from textual.widget import Widget

    from mooring.client.view.settings import SettingsView
    from mooring.client.view.settings.page import PageName

S = TypeVar("S")


class PageView(VerticalScroll, Generic[S]):
    """One page. It can have the focus itself, so that the arrow keys scroll it."""

    page: ClassVar[PageName]

    def __init__(self, view: SettingsView) -> None:
        super().__init__(id=f"page_{self.page}")
        self.view = view
        self.labels = view.labels
        self._line = StatusLine(
            view.labels,
            take=lambda problem: problem.next_step and view.take(problem.next_step, self.page),
            dismiss=lambda: view.page(self.page).dismiss(),
        )

    def compose(self) -> ComposeResult:
        """Compose."""
        yield Words(self.view.page(self.page).snapshot.title, classes="title")
        yield self._line
        yield from self.body()

    def body(self) -> Iterator[Widget]:
        """Yield what the page consists of."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Show what there is already."""
        self.show(self.view.page(self.page).snapshot)

    def show(self, snapshot: Any) -> None:  # noqa: ANN401 - the page's own kind of snapshot
        """Show ``snapshot``."""
        self._line.show(snapshot)
        for button in self.query(Do):
            button.set_class(snapshot.busy is not None, "-busy")
        self.fill(snapshot)

    def fill(self, snapshot: S) -> None:
        """Show what is the page's own."""
        raise NotImplementedError

    def focus_on(self, part: str | None) -> None:
        """Let the part that a next step leads to have the focus."""
        del part
        self.focus()

    def ask(self, question: str, intent: Callable[[], object]) -> None:
        """Ask ``question``, and call ``intent`` if the answer is yes."""

        def answered(agreed: bool | None) -> None:
            if agreed:
                intent()

        self.app.push_screen(Question(question, self.labels), answered)

    def words(self, name: str) -> Words:
        """Return the words with this identifier."""
        return self.query_one(f"#{name}", Words)

    def shown(self, name: str, *, when: bool) -> None:
        """Show the part with this identifier, or take it away."""
        self.query_one(f"#{name}").display = when

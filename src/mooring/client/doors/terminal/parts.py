"""The parts that the terminal's pages are made of: words, facts, buttons, a QR code, and what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from mooring.client.view.qr_code import matrix_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual import events
    from textual.app import ComposeResult

    from mooring.client.view.settings.page import Snapshot
    from mooring.client.view.settings.problem import Problem

PATIENCE_SECONDS = 0.4
"""How long people wait before they want to see that something is going on."""


class Words(Static):
    """A text as it is, never markup; it takes no place while there is nothing to say."""

    def __init__(self, text: str = "", **options: Any) -> None:  # noqa: ANN401 - those of `Static`
        super().__init__(Content(text), **options)
        self.text = text
        self.display = bool(text)

    def say(self, text: str | None) -> None:
        """Say something else, or nothing."""
        self.text = text or ""
        self.update(Content(self.text))
        self.display = bool(text)


class Fact(Horizontal):
    """A label and its value."""

    def __init__(self, label: str, value: str) -> None:
        super().__init__(Words(label, classes="label"), Words(value))


class Facts(Vertical):
    """Labels and values, one below the other."""

    def __init__(self, facts: Sequence[tuple[str, str]] = (), **options: Any) -> None:  # noqa: ANN401 - as above
        super().__init__(*(Fact(*fact) for fact in facts), **options)
        self.facts = tuple(facts)
        self.display = bool(facts)

    def say(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show other facts."""
        if tuple(facts) == self.facts:
            return
        self.facts = tuple(facts)
        self.display = bool(facts)
        self.remove_children()
        self.mount(*(Fact(*fact) for fact in facts))


class Do(Button):
    """A button that knows what it does.

    Args:
        label: what stands on it, and is read out.
        intent: is called when it is pressed.
    """

    def __init__(self, label: str, intent: Callable[[], object], **options: Any) -> None:  # noqa: ANN401 - as above
        super().__init__(Content(label), **options)
        self.intent = intent


class KeyField(Input):
    """A field for a product key, which is pasted whole, too, where it stands in several lines."""

    def _on_paste(self, event: events.Paste) -> None:
        event.text = " ".join(event.text.split())
        super()._on_paste(event)
        event.prevent_default()  # or the field's own would take it once more


class Box(Vertical):
    """Parts that come and go together."""


class QrCode(Static):
    """A QR code: black on white whatever the theme is, or many a camera reads nothing."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - as above
        super().__init__("", markup=False, **options)
        self.display = False

    def draw(self, matrix: tuple[tuple[bool, ...], ...]) -> None:
        """Draw another code, or none."""
        self.display = bool(matrix)
        self.update(Content("\n".join(matrix_lines(matrix)) if matrix else ""))


class StatusLine(Vertical):
    """What is being done, what went wrong and what can be done about it, what was brought about."""

    def __init__(
        self, labels: Mapping[str, str], take: Callable[[Problem], object], dismiss: Callable[[], None]
    ) -> None:
        super().__init__()
        self._labels, self._take, self._dismiss = labels, take, dismiss
        self._problem: Problem | None = None
        self._busy: str | None = None

    def compose(self) -> ComposeResult:
        """Compose."""
        yield Words(classes="busy", id="busy")
        with Box(id="problem") as box:
            box.display = False
            yield Words(classes="headline bad", id="problem_title")
            yield Words(id="problem_detail")
            yield Words(classes="quiet", id="problem_step")
            yield Do("", self._step, id="take_step", classes="main")
            yield Do(self._labels["dismiss"], self._dismiss, id="dismiss")
        yield Words(id="notice")

    def show(self, snapshot: Snapshot) -> None:
        """Show what is the matter now."""
        if snapshot.busy != self._busy:
            self._busy = snapshot.busy
            self.query_one("#busy", Words).say(None)
            if snapshot.busy:
                self.set_timer(PATIENCE_SECONDS, lambda sentence=snapshot.busy: self._still(sentence))
        self.query_one("#notice", Words).say(f"✓ {snapshot.notice}" if snapshot.notice else None)
        if snapshot.problem != self._problem:
            self._show_problem(snapshot.problem)

    def _still(self, sentence: str) -> None:
        if self._busy == sentence:
            self.query_one("#busy", Words).say(f"{sentence} …")

    def _show_problem(self, problem: Problem | None) -> None:
        self._problem = problem
        self.query_one("#problem").display = problem is not None
        if problem is None:
            return
        self.query_one("#problem_title", Words).say(f"✗ {problem.title}")
        detail = problem.detail if problem.detail.rstrip(".") != problem.title.rstrip(".") else None
        self.query_one("#problem_detail", Words).say(detail)
        step, button = problem.next_step, self.query_one("#take_step", Do)
        label = step.label if step else ""
        button.display = problem.way is not None
        button.label = Content(label)
        to_read = f"→ {label}" if label and problem.way is None else None
        self.query_one("#problem_step", Words).say(to_read)

    def _step(self) -> None:
        if self._problem is not None:
            self._take(self._problem)

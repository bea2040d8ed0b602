"""A question before something is done that cannot be taken back at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen

from mooring.client.doors.terminal.parts import Do, Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult


class Question(ModalScreen[bool]):
    """Asks yes or no; *no* has the focus, and Escape says it."""

    BINDINGS: ClassVar[list[Any]] = [("escape", "no", "")]

    def __init__(self, question: str, labels: Mapping[str, str]) -> None:
        super().__init__()
        self._question, self._labels = question, labels

    def compose(self) -> ComposeResult:
        """Compose."""
        with Vertical():
            yield Words(self._question)
            with Horizontal():
                yield Do(self._labels["no"], self.action_no, id="no")
                yield Do(self._labels["yes"], lambda: self.dismiss(result=True), id="yes")

    def action_no(self) -> None:
        """Say no."""
        self.dismiss(result=False)

"""*Privacy* in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.doors.terminal.pages.page_view import PageView
from mooring.client.doors.terminal.parts import Box, Do, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.widget import Widget

    from mooring.client.view.settings import SettingsView
    from mooring.client.view.settings.privacy import Privacy


class PrivacyView(PageView["Privacy"]):
    """Exactly what is sent, and what nobody gets."""

    page = "privacy"

    def __init__(self, view: SettingsView, open_address: Callable[[str], object]) -> None:
        super().__init__(view)
        self._open_address = open_address

    def body(self) -> Iterator[Widget]:
        """Yield the parts."""
        first = self.view.privacy.snapshot
        yield Words(first.headline, classes="headline")
        for purpose in first.purposes:
            yield Box(
                Words(f"{purpose.name}: {purpose.standing}", classes="headline"),
                Words(purpose.explanation, classes="quiet"),
                classes="block",
            )
        policy = first.policy
        if policy is not None:
            yield Words(classes="section")
            yield Do(policy.label, lambda: self._open_address(policy.url), id="policy")
        yield Words(first.preview_title, classes="section")
        yield Words(first.preview_note, classes="quiet")
        yield Words(id="preview")

    def fill(self, snapshot: Privacy) -> None:
        """Show what would be sent."""
        self.words("preview").say(snapshot.preview_text)

"""*About* in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.doors.terminal.pages.page_view import PageView
from mooring.client.doors.terminal.parts import Do, Facts, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.widget import Widget

    from mooring.client.view.settings import SettingsView
    from mooring.client.view.settings.about import About


class AboutView(PageView["About"]):
    """The support code, the certificate, the connection."""

    page = "about"

    def __init__(self, view: SettingsView, open_address: Callable[[str], object]) -> None:
        super().__init__(view)
        self._open_address = open_address

    def body(self) -> Iterator[Widget]:
        """Yield the parts."""
        labels, about = self.labels, self.view.about
        yield Facts(about.snapshot.facts)
        support = about.snapshot.support
        if support is not None:
            yield Do(support.label, lambda: self._open_address(support.url), id="support")
        yield Words(labels["support_code"], classes="section")
        yield Words(labels["support_code_means"], classes="quiet")
        yield Words(id="support_code")
        yield Do(labels["copy"], self._copy, id="copy")
        yield Words(labels["connection"], classes="section")
        yield Words(id="connection")
        yield Do(labels["check_connection"], about.check_connection, id="check_connection")
        yield Words(labels["certificate"], classes="section")
        yield Words(id="certificate_sentence")
        yield Facts(id="certificate")

    def fill(self, snapshot: About) -> None:
        """Show what was read."""
        self.words("support_code").say(snapshot.support_code)
        self.shown("copy", when=bool(snapshot.support_code))
        steps = (f"{'✓' if each.passed else '✗'} {each.name}: {each.detail}" for each in snapshot.connection)
        self.words("connection").say("\n".join(steps))
        sentence = self.words("certificate_sentence")
        sentence.say(snapshot.certificate_sentence)
        sentence.set_class(snapshot.genuine is False, "bad")
        self.query_one("#certificate", Facts).say(snapshot.certificate)

    def _copy(self) -> None:
        self.app.copy_to_clipboard(self.view.about.snapshot.support_code)
        self.notify(self.labels["copied"])

"""*Privacy* in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from mooring.client.doors.terminal.pages.page_view import PageView
from mooring.client.doors.terminal.parts import Box, Do, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.widget import Widget

    from mooring.client.view.privacy import ShownChoice
    from mooring.client.view.settings import SettingsView
    from mooring.client.view.settings.page import PageName
    from mooring.client.view.settings.privacy import Privacy


class ChoiceRow(Box):
    """A choice: what it is called, how it stands, what is agreed to by it, and a button to turn it."""

    def __init__(self, choice: ShownChoice, view: SettingsView) -> None:
        self.choice = choice
        self._labels, self._page = view.labels, view.privacy
        self._title, self._since = Words(classes="headline"), Words(classes="quiet")
        self._text, self._remark = Words(), Words(classes="quiet")
        self._turn = Do("", self._turned, id=f"turn_{choice.name}")
        super().__init__(self._title, self._text, self._since, self._remark, self._turn, classes="block")
        self.show(choice)

    def show(self, choice: ShownChoice) -> None:
        """Show how it stands now."""
        self.choice = choice
        labels = self._labels
        self._title.say(f"{choice.title}: {labels['on' if choice.agreed else 'off']}")
        self._text.say(choice.text)
        self._since.say(choice.since)
        self._remark.say(None if choice.asked else labels["not_asked_any_more"])
        self._turn.label = Content(labels["withdraw" if choice.agreed else "agree"])
        self._turn.display = choice.agreed or choice.asked

    def _turned(self) -> bool:
        turn = self._page.withdraw if self.choice.agreed else self._page.agree
        return turn(self.choice.name)


class PrivacyView(PageView["Privacy"]):
    """What a person decides, exactly what is sent, and what nobody gets."""

    page = "privacy"

    def __init__(
        self,
        view: SettingsView,
        go_to: Callable[[PageName, str | None], object],
        open_address: Callable[[str], object],
    ) -> None:
        super().__init__(view)
        self._go_to = go_to
        self._open_address = open_address
        self._rows: tuple[ChoiceRow, ...] = ()

    def body(self) -> Iterator[Widget]:
        """Yield the parts."""
        first, labels = self.view.privacy.snapshot, self.labels
        yield Words(first.headline, id="privacy_headline", classes="headline")
        yield Words(labels["you_decide"], classes="section")
        yield Words(id="choices_explanation", classes="quiet")
        yield Do(labels["sign_in"], self._sign_in, id="privacy_sign_in", classes="main")
        yield Box(id="choices")
        yield Do(labels["share_nothing"], self.view.privacy.share_nothing, id="share_nothing")
        yield Words(id="not_asked", classes="quiet")
        yield Words(labels["purposes"], classes="section")
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
        """Show the choices, and what would be sent."""
        self.words("privacy_headline").say(snapshot.headline)
        self.words("choices_explanation").say(snapshot.explanation)
        self.shown("privacy_sign_in", when=snapshot.ready and not snapshot.signed_in)
        self.shown("share_nothing", when=snapshot.shares)
        self.words("not_asked").say(snapshot.not_asked)
        self.words("preview").say(snapshot.preview_text)
        self._show_choices(snapshot.choices)

    def _show_choices(self, choices: tuple[ShownChoice, ...]) -> None:
        """Show them; what is there already stays, and keeps the focus."""
        box = self.query_one("#choices", Box)
        if [choice.name for choice in choices] != [row.choice.name for row in self._rows]:
            box.remove_children()
            self._rows = tuple(ChoiceRow(choice, self.view) for choice in choices)
            box.mount(*self._rows)
        for row, choice in zip(self._rows, choices, strict=True):
            row.show(choice)

    def _sign_in(self) -> None:
        self._go_to("your_info", None)
        self.view.your_info.sign_in()

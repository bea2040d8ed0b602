"""The terminal form of Settings: pages on the left, one of them on the right, keys at the bottom."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import ContentSwitcher, Footer, OptionList, Static
from textual.widgets.option_list import Option

from mooring.client.doors.terminal.pages.about import AboutView
from mooring.client.doors.terminal.pages.activation import ActivationPageView
from mooring.client.doors.terminal.pages.devices import DevicesView
from mooring.client.doors.terminal.pages.page_view import PageView
from mooring.client.doors.terminal.pages.privacy import PrivacyView
from mooring.client.doors.terminal.pages.your_info import YourInfoView
from mooring.client.doors.terminal.parts import Do
from mooring.client.doors.terminal.styles import CSS, THEMES, theme_for
from mooring.client.view.settings import PAGES, SettingsView
from mooring.client.view.settings.activation import Activation

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.widgets import Button

    import mooring.client.app
    from mooring.client.view.settings.page import PageName, Snapshot


class Changed(Message):
    """A page has a new snapshot."""

    def __init__(self, page: PageName, snapshot: Snapshot) -> None:
        super().__init__()
        self.page, self.snapshot = page, snapshot


class SettingsForm(App[None]):
    """Settings in a terminal, for the keyboard alone.

    Args:
        app: whose Settings they are.
        page: the page to begin with.
        first_run: whether it is the small form of a program that was just installed: without the list of
            pages, and left as soon as the product is activated.
        why: why it came where a window was wanted, to be its first line.
    """

    CSS = CSS
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide")]  # noqa: RUF012 - as the base class has it
    BINDINGS: ClassVar[list[Any]] = []

    def __init__(
        self,
        app: mooring.client.app.App,
        page: PageName = "activation",
        *,
        first_run: bool = False,
        why: str = "",
    ) -> None:
        super().__init__()
        self._page: PageName = page
        self._first_run = first_run
        self._why = why
        self._waits_for_sign_in = False
        self.view = SettingsView(
            app,
            run_in_background=in_a_thread,
            changed=lambda name, snapshot: self.post_message(Changed(name, snapshot)),
            go_to=self.go_to,
            open_address=self._open,
        )
        labels = self.view.labels
        for key, action, label in (
            ("escape", "pages", "later" if first_run else "pages"),
            ("f5", "refresh", "refresh"),
            ("f2", "theme", "appearance"),
            ("f10", "quit", "quit"),
        ):
            self.bind(key, action, description=labels[label])

    def compose(self) -> ComposeResult:
        """Compose."""
        labels = self.view.labels
        title = labels["first_run" if self._first_run else "settings_of"].format(product=self.view.product)
        if self._why:
            yield Static(Content(self._why), id="why")
        yield Static(Content(title), id="title")
        with Horizontal():
            pages = OptionList(*(Option(Content(labels[page]), id=page) for page in PAGES), id="pages")
            pages.display = not self._first_run
            yield pages
            with ContentSwitcher(initial=f"page_{self._page}", id="content"):
                yield YourInfoView(self.view, self._open)
                yield DevicesView(self.view, self.go_to)
                yield ActivationPageView(self.view, self.go_to)
                yield PrivacyView(self.view, self.go_to, self._open)
                yield AboutView(self.view, self._open)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Choose the colors, and read the state."""
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = theme_for(os.environ).name
        self.view.start()
        self.go_to(self._page, "key" if self._first_run else None)

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        self.view.close()

    def on_changed(self, change: Changed) -> None:
        """Show a page's new snapshot; back to the troubleshooter from the sign-in that it had asked for."""
        self.page_view(change.page).show(change.snapshot)
        if isinstance(change.snapshot, Activation):
            if self._first_run and change.snapshot.activated:
                self.exit()
            waited = self._waits_for_sign_in
            open_ = change.snapshot.troubleshooter
            self._waits_for_sign_in = open_ is not None and open_.needs_sign_in
            if waited and open_ is not None and not open_.needs_sign_in:
                self.go_to("activation")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Do what the button does; a bell where the page is busy with something else."""
        if isinstance(event.button, Do) and event.button.intent() is False:
            self.bell()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the page that is highlighted."""
        if event.option.id in PAGES and event.option.id != self._page:
            self._turn_to(PAGES[PAGES.index(event.option.id)])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go into the page."""
        if event.option.id in PAGES:
            self.page_view(PAGES[PAGES.index(event.option.id)]).focus_on(None)

    def page_view(self, page: PageName) -> PageView[Any]:
        """Return the view of a page."""
        return self.query_one(f"#page_{page}", PageView)

    def go_to(self, page: PageName, part: str | None = None) -> None:
        """Show a page, and let the part of it that matters have the focus."""
        self._turn_to(page)
        self.query_one("#pages", OptionList).highlighted = PAGES.index(page)
        self.page_view(page).focus_on(part)

    def action_pages(self) -> None:
        """Go back to the list of pages; out of the small form."""
        if self._first_run:
            self.exit()
        else:
            self.query_one("#pages").focus()

    def action_refresh(self) -> None:
        """Read the page anew."""
        self.view.opened(self._page)

    def action_theme(self) -> None:
        """Change to the next appearance: dark, light, high contrast."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]

    def _turn_to(self, page: PageName) -> None:
        self._page = page
        self.query_one("#content", ContentSwitcher).current = f"page_{page}"
        self.view.opened(page)

    def _open(self, address: str) -> None:
        """Open the browser, and show the address in any case: there may be no browser here."""
        self.notify(address, title=self.view.labels["open_page"], timeout=20, markup=False)
        in_a_thread(lambda: self.open_url(address))


def in_a_thread(work: Callable[[], None]) -> None:
    """Run ``work`` in a thread that the program need not wait for when it ends."""
    threading.Thread(target=work, name="mooring-settings", daemon=True).start()

"""Settings as a whole: five pages over one App, and the ways that lead from one to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.view.settings.about import AboutPage
from mooring.client.view.settings.activation import ActivationPage
from mooring.client.view.settings.devices import DevicesPage
from mooring.client.view.settings.page import Desk
from mooring.client.view.settings.privacy import PrivacyPage
from mooring.client.view.settings.problem import way_of
from mooring.client.view.settings.your_info import YourInfoPage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from mooring.client.app import App
    from mooring.client.view.activation import NextStep
    from mooring.client.view.settings.page import Page, PageName, Snapshot


class SettingsView:
    """The Settings of one App, without a toolkit. See the package for how a door uses it.

    Args:
        app: the App. It is not closed with the view.
        run_in_background: runs a function in another thread and returns at once. It may raise RuntimeError
            where there is no thread to be had.
        changed: receives a page's name and its new snapshot, in the order of the changes, from whichever
            thread made them. It must only hand them over to the interface's thread, and return at once.
        go_to: asked to show a page, and the part of it that a next step leads to: `key` (the field), or
            nothing in particular. Called from the thread that called `take`.
        open_address: opens an address in the browser.
    """

    def __init__(
        self,
        app: App,
        *,
        run_in_background: Callable[[Callable[[], None]], None],
        changed: Callable[[PageName, Snapshot], object],
        go_to: Callable[[PageName, str | None], None] = lambda _page, _part: None,
        open_address: Callable[[str], object] = lambda _address: None,
    ) -> None:
        self._desk = Desk(app, run_in_background, changed)
        self._go_to = go_to
        self._open_address = open_address
        self.your_info = YourInfoPage(self._desk)
        self.devices = DevicesPage(self._desk)
        self.activation = ActivationPage(self._desk)
        self.privacy = PrivacyPage(self._desk)
        self.about = AboutPage(self._desk)
        self._take_off: Callable[[], None] | None = None

    @property
    def labels(self) -> Mapping[str, str]:
        """The words on pages, buttons and fields, by their names in `labels`, in the App's language."""
        return self._desk.labels

    @property
    def language(self) -> str:
        """The language of everything that is shown."""
        return self._desk.language

    @property
    def product(self) -> str:
        """The product's name for people."""
        return self._desk.app.descriptor.name

    def page(self, name: PageName) -> Page[Any]:
        """Return a page by its name."""
        page: Page[Any] = getattr(self, name)
        return page

    def start(self) -> None:
        """Read the state in the background; from now on changes made elsewhere show, too."""

        def read() -> None:
            with self._desk.lock:
                if self._desk.closed or self._take_off is not None:
                    return
                self._take_off = self._desk.app.on_change(lambda _: self._desk.refresh())
            self._desk.refresh()

        try:
            self._desk.run_in_background(read)
        except RuntimeError:  # there is no thread to be had; it is a few milliseconds
            read()

    def opened(self, page: PageName) -> None:
        """Let a page read what it shows; the door calls it each time that the page comes into view."""
        if page == "devices":
            self.devices.load()
        elif page == "privacy":
            self.privacy.load()
        elif page == "about":
            self.about.load()

    def take(self, step: NextStep, page: PageName) -> bool:
        """Take the next step that a problem, or the state, of ``page`` offers; return if there is a way."""
        way = way_of(step)
        if way == "retry":
            return self.page(page).try_again() or self.activation.renew()
        if way == "address":
            self._open_address(step.url or "")
        elif way == "activate":
            self._lead("activation", None, self.activation.activate_again)
        elif way == "key":
            self._lead("activation", "key")
        elif way == "troubleshoot":
            self._lead("activation", None, self.activation.troubleshoot)
        elif way == "sign_in":
            self._lead("your_info", None, self.your_info.sign_in)
        elif way == "code":
            self._lead("your_info", None, self.your_info.sign_in_by_code)
        elif way == "devices":
            self._lead("devices" if self._desk.account else "your_info", None)
        return way is not None

    def close(self) -> None:
        """Nobody looks any more: what still comes is dropped, and a sign-in that waits is given up."""
        self.your_info.cancel()
        with self._desk.lock:
            self._desk.closed = True
            if self._take_off is not None:
                self._take_off()

    def _lead(self, page: PageName, part: str | None, intent: Callable[[], object] | None = None) -> None:
        self._go_to(page, part)
        if intent is not None:
            intent()

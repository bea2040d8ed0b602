"""What QML sees of the view-model: a map for each page, and its intents by name."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Property, QObject, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication

from mooring.client.doors.window.page_values import PageValues, page_values
from mooring.client.doors.window.plain import plain
from mooring.client.view.settings import PAGES, SettingsView

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.client.app import App
    from mooring.client.view.settings.page import PageName, Snapshot

INTENTS = frozenset(
    f"{page}.{intent}"
    for page, intents in {
        "your_info": "sign_in sign_in_by_code create_account cancel sign_out link decline unlink dismiss",
        "devices": "load free free_all rename dismiss",
        "activation": "activate activate_again renew deactivate troubleshoot reactivate close_troubleshooter"
        " dismiss",
        "privacy": "load agree withdraw share_nothing dismiss",
        "about": "load check_connection dismiss",
    }.items()
    for intent in intents.split()
)
"""Everything that a page of QML may ask for."""


class Bridge(QObject):
    """Hands snapshots to QML in the interface's own thread, and intents to the view. Never blocks.

    Args:
        app: whose Settings they are.
        page: the page to begin with.
        open_address: opens an address in the browser; None is the desktop's own way.
    """

    arrived = Signal()
    led = Signal(str, str)
    pageChanged = Signal()  # noqa: N815 - a name of QML

    def __init__(self, app: App, page: PageName, open_address: Callable[[str], object] | None = None) -> None:
        super().__init__()
        self.app = app
        self._page: PageName = page
        self._open_address = open_address or _open_in_browser
        self.view = SettingsView(
            app,
            run_in_background=in_a_thread,
            changed=self._hand_over,
            go_to=self.go_to,
            open_address=self._open_address,
        )
        self._waits_for_sign_in = False
        self._signed_in = False
        self._pages = {name: page_values(self.view.page(name).snapshot, self) for name in PAGES}
        self._changes: deque[tuple[PageName, Snapshot]] = deque()
        self._thread = threading.get_ident()
        self.arrived.connect(self._take_in)

    def values_of(self, page: PageName) -> PageValues:
        """Return what QML sees of a page."""
        return self._pages[page]

    def _hand_over(self, page: PageName, snapshot: Snapshot) -> None:
        """Have a change taken in later, whichever thread made it: its values belong to the interface's."""
        # A queued connection would do both, at the price of all of the 1400 names in Qt's class of enums.
        self._changes.append((page, snapshot))
        if threading.get_ident() == self._thread:
            QTimer.singleShot(0, self._take_in)
        else:
            self.arrived.emit()

    @Slot()
    def _take_in(self) -> None:
        while self._changes:
            page, snapshot = self._changes.popleft()
            self._pages[page].take_in(snapshot)
            if page == "activation":
                self._come_back(snapshot)
            elif page == "devices":
                self._read_lists(snapshot)

    def _read_lists(self, snapshot: Any) -> None:  # noqa: ANN401 - the page's snapshot
        """Read the lists as soon as it is known for whom: the page may be shown before the state is."""
        came = snapshot.signed_in and not self._signed_in
        self._signed_in = snapshot.signed_in
        if came and self._page == "devices" and not snapshot.loaded:
            self.view.opened("devices")

    def _come_back(self, snapshot: Any) -> None:  # noqa: ANN401 - the page's snapshot
        """Go back to the troubleshooter from the sign-in that it had asked for."""
        waited, open_ = self._waits_for_sign_in, snapshot.troubleshooter
        self._waits_for_sign_in = open_ is not None and open_.needs_sign_in
        if waited and open_ is not None and not open_.needs_sign_in:
            self.go_to("activation")

    @Slot(str, str, "QVariantList", result=bool)
    def perform(self, page: PageName, intent: str, arguments: list[str]) -> bool:
        """Do what a control of ``page`` stands for; return False where the page is busy."""
        if f"{page}.{intent}" not in INTENTS:
            raise ValueError(f"Settings has no {page}.{intent}")
        if intent == "create_account":
            return self.view.your_info.sign_in(create=True)
        return bool(getattr(self.view.page(page), intent)(*arguments))

    @Slot(str, bool)
    def take(self, page: PageName, of_state: bool) -> None:
        """Take the next step of the page's problem, or of the state."""
        snapshot: Any = self.view.page(page).snapshot
        source = snapshot.view if of_state else snapshot.problem
        if source is not None and source.next_step is not None:
            self.view.take(source.next_step, page)

    @Slot(str, result="QVariantMap")
    def keyHelp(self, text: str) -> dict[str, object]:  # noqa: N802 - a name of QML
        """Return what to say of the key that is typed."""
        return cast(dict[str, object], plain(self.view.activation.key_help(text)))

    @Slot(str)
    def goTo(self, page: PageName) -> None:  # noqa: N802 - a name of QML
        """Show a page."""
        self.go_to(page)

    def go_to(self, page: PageName, part: str | None = None) -> None:
        """Show a page, and lead to the part of it that a next step is about."""
        if page != self._page:
            self._page = page
            self.pageChanged.emit()
        self.view.opened(page)
        self.led.emit(page, part or "")

    @Slot(str)
    def openAddress(self, address: str) -> None:  # noqa: N802 - a name of QML
        """Open the browser."""
        self._open_address(address)

    @Slot(str)
    def copy(self, text: str) -> None:
        """Copy a text."""
        QGuiApplication.clipboard().setText(text)

    @Property(str, notify=pageChanged)
    def page(self) -> str:
        """The page that is shown."""
        return self._page

    @Property(dict, constant=True)
    def labels(self) -> dict[str, str]:
        """Every label, in the App's language."""
        return dict(self.view.labels)

    @Property(list, constant=True)
    def pages(self) -> list[str]:
        """The pages, in their order."""
        return list(PAGES)

    @Property(str, constant=True)
    def product(self) -> str:
        """The product's name."""
        return self.view.product

    @Property(QObject, constant=True)
    def yourInfo(self) -> QObject:  # noqa: N802 - a name of QML
        """*Your info*."""
        return self._pages["your_info"]

    @Property(QObject, constant=True)
    def devices(self) -> QObject:
        """*Devices and licenses*."""
        return self._pages["devices"]

    @Property(QObject, constant=True)
    def activation(self) -> QObject:
        """*Activation*."""
        return self._pages["activation"]

    @Property(QObject, constant=True)
    def privacy(self) -> QObject:
        """*Privacy*."""
        return self._pages["privacy"]

    @Property(QObject, constant=True)
    def about(self) -> QObject:
        """*About*."""
        return self._pages["about"]


def in_a_thread(work: Callable[[], None]) -> None:
    """Run ``work`` in a thread that the program need not wait for when it ends."""
    threading.Thread(target=work, name="mooring-settings", daemon=True).start()


def _open_in_browser(address: str) -> None:
    QDesktopServices.openUrl(QUrl(address))

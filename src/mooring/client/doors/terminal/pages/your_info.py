"""*Accounts > Your info* in the terminal."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.widgets import Input

from mooring.client.doors.terminal.pages.page_view import PageView
from mooring.client.doors.terminal.parts import Box, Do, KeyField, QrCode, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.widget import Widget

    from mooring.client.view.settings import SettingsView
    from mooring.client.view.settings.your_info import Link, SigningIn, YourInfo
    from mooring.core.wording.linking import LinkingOffer


class YourInfoView(PageView["YourInfo"]):
    """Who is signed in; signing in, linking, signing out."""

    page = "your_info"

    def __init__(self, view: SettingsView, open_address: Callable[[str], object]) -> None:
        super().__init__(view)
        self._open_address = open_address
        self._links: tuple[Link, ...] = ()
        self._offer: LinkingOffer | None = None

    def body(self) -> Iterator[Widget]:
        """Yield the parts."""
        your_info, labels = self.view.your_info, self.labels
        yield Words(id="who", classes="headline")
        yield Words(id="who_means", classes="quiet")
        with Box(id="ways"):
            yield Do(labels["sign_in"], your_info.sign_in, id="sign_in", classes="main")
            yield Do(labels["sign_in_by_code"], your_info.sign_in_by_code, id="sign_in_by_code")
            yield Do(labels["create_account"], lambda: your_info.sign_in(create=True), id="create_account")
        yield from self._waiting()
        yield from self._linking()
        with Box(id="linked_box", classes="block"):
            yield Words(id="linked")
            yield Words(labels["unlink_means"], classes="quiet")
            yield Do(
                labels["unlink"], lambda: self.ask(labels["unlink_question"], your_info.unlink), id="unlink"
            )
        with Box(id="signed_in_box"):
            yield Words(classes="section")
            yield Do(labels["sign_out"], your_info.sign_out, id="sign_out")
        yield Words(labels["related_support"], id="support_title", classes="section")
        yield Box(id="support")

    def _waiting(self) -> Iterator[Widget]:
        with Box(id="signing_in", classes="block"):
            yield Words(id="signing_in_sentence", classes="headline")
            yield Words(id="address")
            yield Words(id="code", classes="code")
            yield Words(id="good_for", classes="quiet")
            yield Do(self.labels["cancel"], self.view.your_info.cancel, id="cancel")
            yield QrCode(id="qr")

    def _linking(self) -> Iterator[Widget]:
        labels = self.labels
        with Box(id="offer", classes="block"):
            yield Words(id="offer_title", classes="headline")
            yield Words(id="offer_text")
            yield KeyField(placeholder=labels["key_confirms"], id="link_key")
            yield Do(labels["link"], self._link, id="link", classes="main")
            yield Do(labels["not_now"], self.view.your_info.decline, id="decline")

    def fill(self, snapshot: YourInfo) -> None:
        """Show who is signed in."""
        self.words("who").say(snapshot.headline)
        self.words("who_means").say(snapshot.explanation)
        waiting = snapshot.signing_in
        self.shown("ways", when=snapshot.ready and not snapshot.signed_in and waiting is None)
        self.shown("signed_in_box", when=snapshot.signed_in)
        self.shown("linked_box", when=snapshot.linked is not None)
        self.words("linked").say(snapshot.linked)
        self.shown("signing_in", when=waiting is not None)
        if waiting is not None:
            self._show_waiting(waiting)
        self._show_offer(snapshot.offer)
        self._show_support(snapshot.support)

    def _show_waiting(self, waiting: SigningIn) -> None:
        self.words("signing_in_sentence").say(waiting.sentence)
        address = waiting.address
        if waiting.way == "browser" and address:
            address = f"{self.labels['open_again']}\n{address}"
        self.words("address").say(address)
        self.words("code").say(waiting.code)
        self.words("good_for").say(waiting.good_for)
        self.query_one("#qr", QrCode).draw(waiting.qr)

    def _show_offer(self, offer: LinkingOffer | None) -> None:
        self.shown("offer", when=offer is not None)
        if offer is None or offer == self._offer:
            return
        self._offer = offer
        self.words("offer_title").say(offer.title)
        gains = "\n".join(f"✓ {gain}" for gain in offer.gains)
        self.words("offer_text").say(f"{gains}\n\n{offer.necessary}\n{offer.shared}\n{offer.undone}")

    def _show_support(self, links: tuple[Link, ...]) -> None:
        self.words("support_title").display = bool(links)
        if links == self._links:
            return
        self._links = links
        box = self.query_one("#support")
        box.remove_children()
        box.mount(*(Do(link.label, partial(self._open_address, link.url)) for link in links))

    def _link(self) -> None:
        field = self.query_one("#link_key", Input)
        if self.view.your_info.link(field.value.strip() or None):
            field.clear()

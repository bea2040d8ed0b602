"""*Accounts > Your info*: who is signed in; signing in, linking, signing out."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Literal, NamedTuple

from mooring.client.domain.errors import Refused
from mooring.client.view.account import account_name, can_be_linked
from mooring.client.view.qr_code import qr_matrix
from mooring.client.view.settings.page import Page
from mooring.core.refusals import BrowserUnavailable
from mooring.core.wording.linking import linking_offer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mooring.client.domain.accounts.oauth import DeviceCodes
    from mooring.client.domain.status import Status
    from mooring.client.view.settings.page import Desk
    from mooring.client.view.settings.problem import Problem
    from mooring.core.wording.linking import LinkingOffer

SIGN_IN_HELP = "/forgot-password"
"""The page of every server for who cannot sign in."""


class Link(NamedTuple):
    """A way out of the program: its label, and the address that the door opens in the browser."""

    label: str
    url: str


class SigningIn(NamedTuple):
    """A sign-in that waits for the person.

    Attributes:
        way: `browser`: in the browser of this computer; `code`: on any device.
        sentence: what the person is to do.
        address: where they do it: the page that was opened, or the one where the code is typed.
        code: the code to type; only with `code`.
        complete_address: the address that has the code in it; only with `code`.
        qr: `complete_address` as a QR code, rows of dark squares, with its quiet zone; only with `code`.
        good_for: for how long, as a sentence; only with `code`.
    """

    way: Literal["browser", "code"]
    sentence: str
    address: str | None = None
    code: str | None = None
    complete_address: str | None = None
    qr: tuple[tuple[bool, ...], ...] = ()
    good_for: str | None = None


class YourInfo(NamedTuple):
    """The page.

    Attributes:
        headline: who is signed in, or that nobody is.
        explanation: what that means.
        signed_in: whether somebody is.
        signing_in: the sign-in that waits for the person, if one does.
        offer: the offer to link the license that is used here, where it can be linked now.
        linked: the state's sentence where the license is linked to an account.
        support: *Related support*: ways out.
    """

    title: str
    ready: bool = False
    headline: str = ""
    explanation: str = ""
    signed_in: bool = False
    signing_in: SigningIn | None = None
    offer: LinkingOffer | None = None
    linked: str | None = None
    support: tuple[Link, ...] = ()
    busy: str | None = None
    problem: Problem | None = None
    notice: str | None = None


class YourInfoPage(Page[YourInfo]):
    """Signs in and out, links and unlinks."""

    name = "your_info"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, YourInfo(title=desk.labels["your_info"]))
        self._cancelled = threading.Event()
        self._one_sign_in = threading.Lock()
        self._declined = False

    def look_at(self, status: Status) -> None:
        """Show who is signed in."""
        labels, who = self._desk.labels, status.signed_in
        self._show(
            ready=True,
            signed_in=who is not None,
            headline=account_name(who) if who else labels["nobody"],
            explanation=labels["signed_in_means" if who else "signing_in_means"],
            offer=self._offer(status),
            linked=status.sentence if status.linked else None,
            support=self._support(signed_in=who is not None),
        )

    def sign_in(self, *, create: bool = False) -> bool:
        """Sign in through the browser of this computer; where there is none, by a code."""
        return self._begin("browser", create=create)

    def sign_in_by_code(self, *, create: bool = False) -> bool:
        """Sign in by a code that is typed, or scanned, on any device."""
        return self._begin("code", create=create)

    def cancel(self) -> None:
        """Give up the sign-in that waits."""
        with self._desk.lock:
            if self._snapshot.signing_in is None:
                return
            self._cancelled.set()
            self._give_up()
            self._show(signing_in=None)

    def sign_out(self) -> bool:
        """Forget who is signed in here. What is activated stays activated."""
        labels = self._desk.labels

        def work() -> bool:
            self._declined = False
            return self._desk.app.sign_out()

        return self._errand(
            labels["telling"],
            work,
            lambda told: {"notice": labels["signed_out" if told else "signed_out_alone"]},
            again=self.sign_out,
        )

    def link(self, key: str | None = None) -> bool:
        """Make the account the holder of the license used here; with its product key the link is final."""
        return self._errand(
            self._desk.labels["linking"],
            lambda: self._desk.app.link(key or None),
            lambda status: {"notice": status.sentence},
            again=lambda: self.link(key),
        )

    def decline(self) -> None:
        """Take the offer to link away, until somebody signs in anew."""
        self._declined = True
        self._show(offer=None)

    def unlink(self) -> bool:
        """Undo the link; the program stays activated."""

        def done(status: Status) -> Mapping[str, object]:
            self._declined = True
            return {"notice": status.sentence, "offer": None}

        return self._errand(self._desk.labels["asking"], self._desk.app.unlink, done, again=self.unlink)

    def _begin(self, way: Literal["browser", "code"], *, create: bool) -> bool:
        labels = self._desk.labels
        with self._desk.lock:
            if self._running is not None:
                return False
            self._cancelled = cancelled = threading.Event()
            return self._errand(
                labels["signing_in"],
                lambda: self._sign_in(way, cancelled, create=create),
                self._signed_in,
                again=lambda: self._begin(way, create=create),
                signing_in=SigningIn(way, labels["look_at_browser" if way == "browser" else "getting_code"]),
            )

    def _sign_in(
        self, way: Literal["browser", "code"], cancelled: threading.Event, *, create: bool
    ) -> Status | None:
        """Sign in, one after the other: who cancels and begins anew is not signed out by the first."""
        app = self._desk.app

        def showing(change: Callable[[SigningIn], SigningIn]) -> None:
            with self._desk.lock:
                if not cancelled.is_set() and self._snapshot.signing_in is not None:
                    self._show(signing_in=change(self._snapshot.signing_in))

        def by_code() -> Status:
            return app.sign_in(
                create=create,
                show_code=lambda codes: showing(lambda _: self._coded(codes)),
                cancelled=cancelled.is_set,
            )

        def by_browser() -> Status:
            try:
                return app.sign_in(
                    create=create,
                    on_address=lambda address: showing(lambda each: each._replace(address=address)),
                    cancelled=cancelled.is_set,
                )
            except Refused as refused:
                if refused.code != BrowserUnavailable.code:
                    raise
                return by_code()

        with self._one_sign_in:
            if cancelled.is_set():
                return None
            try:
                status = by_code() if way == "code" else by_browser()
                if cancelled.is_set():  # the person said no, and it came too late to be heard
                    app.sign_out()
            finally:
                if not cancelled.is_set():
                    self._show(signing_in=None)
            return status

    def _signed_in(self, status: Status | None) -> Mapping[str, object]:
        if status is None or status.signed_in is None:
            return {}
        self._declined = False
        welcome = self._desk.labels["welcome"].format(account=account_name(status.signed_in))
        return {"notice": welcome, "offer": self._offer(status)}

    def _coded(self, codes: DeviceCodes) -> SigningIn:
        labels = self._desk.labels
        return SigningIn(
            way="code",
            sentence=labels["type_code"],
            address=codes.address,
            code=codes.user_code,
            complete_address=codes.complete_address,
            qr=qr_matrix(codes.complete_address),
            good_for=labels["good_for"].format(minutes=codes.seconds // 60),
        )

    def _offer(self, status: Status) -> LinkingOffer | None:
        if self._declined or status.signed_in is None or not can_be_linked(status):
            return None
        return linking_offer(language=status.language)._replace(undone=self._desk.labels["link_undone"])

    def _support(self, *, signed_in: bool) -> tuple[Link, ...]:
        labels, descriptor = self._desk.labels, self._desk.app.descriptor
        named = (("account_page", "account"), ("contact_publisher", "support"))
        links = [
            Link(labels[label], descriptor.urls[name]) for label, name in named if name in descriptor.urls
        ]
        help_ = Link(labels["sign_in_help"], f"{descriptor.servers[0]}{SIGN_IN_HELP}")
        return tuple(links if signed_in else [help_, *links])

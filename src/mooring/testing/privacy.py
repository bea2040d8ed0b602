"""The privacy choices of a fake server's accounts: what is asked for, agreed to, and withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core import refusals
from mooring.core.instants import format_instant, format_instant_or_none
from mooring.core.privacy import CATALOGUE, DEVICE_NAME, choice_named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from mooring.testing.accounts import FakeAccount
    from mooring.testing.clock import FakeClock
    from mooring.testing.licenses import FakeActivation, FakeLedger

_TEXTS = {
    DEVICE_NAME: "Programs may send the name that your computer has, and your devices are listed by it."
}
_HISTORY = 50


class FakeConsent(NamedTuple):
    """An agreement that was given, and perhaps withdrawn."""

    account: FakeAccount
    name: str
    agreed_at: datetime
    withdrawn_at: datetime | None
    text_version: int
    by: str

    def to_document(self) -> dict[str, object]:
        """Return the agreement as it stands in the history."""
        return {
            "name": self.name,
            "agreed_at": format_instant(self.agreed_at),
            "withdrawn_at": format_instant_or_none(self.withdrawn_at),
            "text_version": self.text_version,
            "by": self.by,
        }


class FakePrivacy:
    """Keeps consents, and what they allow."""

    def __init__(self, asks: Sequence[str], ledger: FakeLedger, clock: FakeClock) -> None:
        self._asked = {name: _text_version(name) for name in asks}
        self._ledger = ledger
        self._clock = clock
        self._consents: list[FakeConsent] = []

    def agreed(self, account: FakeAccount | None, name: str) -> bool:
        """Tell whether ``account`` agrees to the choice now; nobody agrees to nothing."""
        return account is not None and self._standing(account, name) is not None

    def document(self, account: FakeAccount) -> dict[str, object]:
        """Return what `GET /v1/me/privacy` answers."""
        mine = [consent for consent in reversed(self._consents) if consent.account == account]
        return {
            "choices": [self._choice(account, name) for name in self._asked],
            "not_asked": [choice.name for choice in CATALOGUE if choice.name not in self._asked],
            "history": [consent.to_document() for consent in mine[:_HISTORY]],
        }

    def change(self, account: FakeAccount, body: Mapping[str, object], by: str) -> dict[str, object]:
        """Answer `PUT /v1/me/privacy`: all of it or nothing."""
        wishes, versions = _object(body, "choices"), _object(body, "text_versions")
        for name, on in wishes.items():
            if name not in self._asked or not isinstance(on, bool):
                raise refusals.InvalidRequest(f"choices.{name}")
            if on and versions.get(name) != self._asked[name]:
                raise refusals.InvalidRequest(f"text_versions.{name}")
        for name, on in wishes.items():
            self._turn(account, name, by, on=on is True)
        return self.document(account)

    def turn(self, account: FakeAccount, name: str, *, on: bool) -> None:
        """Agree or withdraw on the account's page."""
        if name not in self._asked:
            raise ValueError(f"{name} is not asked for")
        self._turn(account, name, "site", on=on)

    def _turn(self, account: FakeAccount, name: str, by: str, *, on: bool) -> None:
        standing, at = self._standing(account, name), self._clock.now()
        if on and standing is None:
            self._consents.append(FakeConsent(account, name, at, None, self._asked[name], by))
        elif not on and standing is not None:
            self._consents[self._consents.index(standing)] = standing._replace(withdrawn_at=at)
            if name == DEVICE_NAME:
                self._take_names_away(account)

    def name_device(self, account: FakeAccount | None, seats: Sequence[FakeActivation], name: str) -> bool:
        """Give the device of these seats the name that it told; return whether that is agreed to.

        A name that a person typed stays.
        """
        if account is None or not self.agreed(account, DEVICE_NAME):
            return False
        for seat in seats:
            if not seat.name_was_typed:
                seat.device_name, seat.named_by = name, account
        return True

    def _take_names_away(self, account: FakeAccount) -> None:
        for seat in self._ledger.activations:
            if seat.named_by == account:
                seat.device_name, seat.named_by = type(seat).device_name, None

    def _standing(self, account: FakeAccount, name: str) -> FakeConsent | None:
        return next(
            (
                consent
                for consent in self._consents
                if (consent.account, consent.name, consent.withdrawn_at) == (account, name, None)
            ),
            None,
        )

    def _choice(self, account: FakeAccount, name: str) -> dict[str, object]:
        standing, choice = self._standing(account, name), choice_named(name)
        return {
            "name": name,
            "kind": choice.kind if choice else "data",
            "agreed": standing is not None,
            "agreed_at": None if standing is None else format_instant(standing.agreed_at),
            "text": _TEXTS[name],
            "text_version": self._asked[name],
            "asked": True,
        }


def _text_version(name: str) -> int:
    choice = choice_named(name)
    if choice is None or choice.text_version is None:
        raise ValueError(f"a publisher cannot ask for {name}")
    return choice.text_version


def _object(body: Mapping[str, object], name: str) -> dict[str, object]:
    value = body.get(name, {})
    if not isinstance(value, dict):
        raise refusals.InvalidRequest(name)
    return value

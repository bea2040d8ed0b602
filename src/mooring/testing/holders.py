"""What a fake server does for people who signed in, by rules much simpler than a real server's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from mooring.core import refusals
from mooring.core.hardware.matching import Tolerance, Verdict, continuity
from mooring.core.hardware.profile import HardwareProfile
from mooring.core.instants import format_instant, format_instant_or_none
from mooring.core.product_key import parse_product_key
from mooring.testing.publisher import TIED, move_allowance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from mooring.testing.accounts import FakeAccount
    from mooring.testing.activations import FakeActivations
    from mooring.testing.clock import FakeClock
    from mooring.testing.licenses import FakeActivation, FakeLedger, FakeLicense
    from mooring.testing.privacy import FakePrivacy
    from mooring.testing.publisher import Publisher

PROVISIONAL = timedelta(days=14)
_REASONS = {
    "same_mainboard": ("board_serial", "system_uuid"),
    "same_disk": ("root_disk_serial",),
    "same_network": ("mac_addresses",),
}


class FakeHolders:
    """Links, lists, frees and reactivates."""

    def __init__(
        self,
        publisher: Publisher,
        ledger: FakeLedger,
        activations: FakeActivations,
        privacy: FakePrivacy,
        clock: FakeClock,
    ) -> None:
        self._publisher = publisher
        self._ledger = ledger
        self._activations = activations
        self._privacy = privacy
        self._clock = clock

    def link(self, activation: FakeActivation, account: FakeAccount, typed: object) -> Mapping[str, object]:
        """Make ``account`` the holder; provisionally, if no key was ever typed on this computer."""
        license_ = activation.license
        if license_.channel == "volume":
            raise refusals.LinkNotAllowed
        if typed is not None and parse_product_key(str(typed)).symbols != license_.key:
            raise refusals.KeyUnknown
        by_key = typed is not None or activation.with_key
        provisional = license_.is_provisional(at=self._clock.now())
        if license_.holder not in {None, account} and not (provisional and by_key):
            raise refusals.AlreadyLinked(license_.holder.masked if license_.holder else None)
        confirmed = by_key or (license_.holder == account and not provisional)
        license_.holder = account
        license_.provisional_until = None if confirmed else self._clock.now() + PROVISIONAL
        return self._activations.answer(activation, activation.hardware)

    def unlink(self, activation: FakeActivation, account: FakeAccount | None) -> Mapping[str, object]:
        """Undo the link; a holder who is not confirmed may be refused by anybody on the computer."""
        license_ = activation.license
        if license_.holder is not None and not license_.is_provisional(at=self._clock.now()):
            if account is None:
                raise refusals.SignInRequired
            if account != license_.holder:
                raise refusals.NotLicenseHolder(license_.holder.masked)
        license_.holder = license_.provisional_until = None
        return self._activations.answer(activation, activation.hardware)

    def ask(
        self, method: str, path: str, body: Mapping[str, object], jkt: str, account: FakeAccount
    ) -> Mapping[str, object]:
        """Answer a request below `/v1/me`."""
        if path.startswith("/v1/me/devices/dev_"):
            return self._one_device(method, path.rpartition("/")[2], body, account)
        answers: dict[tuple[str, str], Callable[[], Mapping[str, object]]] = {
            ("GET", "/v1/me"): account.to_document,
            ("GET", "/v1/me/devices"): lambda: self._page(self._devices(account)),
            ("GET", "/v1/me/licenses"): lambda: self._page(
                [self._license(each) for each in self._held_by(account)]
            ),
            ("GET", "/v1/me/privacy"): lambda: self._privacy.document(account),
            ("PUT", "/v1/me/privacy"): lambda: self._privacy.change(account, body, "program"),
            ("POST", "/v1/me/claims"): lambda: self._claim(body, account),
            ("POST", "/v1/me/devices/free-all"): lambda: self._free(self._seats(account)),
            ("POST", "/v1/me/reactivations/candidates"): lambda: self._candidates(body, account),
            ("POST", "/v1/me/reactivations"): lambda: self._reactivate(body, jkt, account),
        }
        answer = answers.get((method, path))
        if answer is None:
            raise refusals.NotFound
        return answer()

    def _held_by(self, account: FakeAccount) -> list[FakeLicense]:
        return [each for each in self._ledger.licenses if each.holder == account]

    def _seats(self, account: FakeAccount) -> list[FakeActivation]:
        return [seat for each in self._held_by(account) for seat in self._ledger.holding(each)]

    def _one_device(
        self, method: str, device: str, body: Mapping[str, object], account: FakeAccount
    ) -> Mapping[str, object]:
        had = [seat for seat in self._ledger.activations if seat.device == device]
        if not any(seat.license.holder == account for seat in had):
            raise refusals.NotFound
        seats = [seat for seat in self._seats(account) if seat.device == device]
        if method == "DELETE":
            self._free(seats)
            return {}
        if not seats:
            raise refusals.NotFound
        if "consent" in body:
            if not self._privacy.name_device(account, seats, str(body["name"])):
                raise refusals.ConsentRequired(str(body["consent"]), None)
        else:
            for seat in seats:
                seat.device_name, seat.named_by, seat.name_was_typed = str(body["name"]), None, True
        return {"device": self._device(seats[0]), "seats": [self._seat(each) for each in seats]}

    def _free(self, seats: list[FakeActivation]) -> Mapping[str, object]:
        for seat in seats:
            self._require_confirmed(seat.license)
        for seat in seats:
            seat.ended = True
        return {"freed": len(seats)}

    def _claim(self, body: Mapping[str, object], account: FakeAccount) -> Mapping[str, object]:
        license_ = self._ledger.with_key(parse_product_key(str(body["product_key"])).symbols)
        if license_ is None:
            raise refusals.KeyUnknown
        if license_.holder not in {None, account}:
            raise refusals.AlreadyLinked(license_.holder.masked if license_.holder else None)
        if license_.holder is None and self._ledger.holding(license_):
            raise refusals.SeatLimitReached(license_.seats)
        license_.holder, license_.provisional_until = account, None
        return self._license(license_)

    def _candidates(self, body: Mapping[str, object], account: FakeAccount) -> Mapping[str, object]:
        hardware = HardwareProfile.from_wire(body["hardware"])
        found = [(list(_reasons(seat.hardware, hardware)), seat) for seat in self._seats(account)]
        found.sort(key=lambda each: -len(each[0]))
        return {
            "candidates": [
                {
                    "device": self._device(seat),
                    "license": self._named(seat.license),
                    "likely": place == 0 and bool(reasons),
                    "reasons": reasons,
                    "costs_move": self._is_move(seat, hardware),
                    "can_move": _can_move(seat.license, self._clock.now()),
                }
                for place, (reasons, seat) in enumerate(found)
            ]
        }

    def _reactivate(self, body: Mapping[str, object], jkt: str, account: FakeAccount) -> Mapping[str, object]:
        hardware = HardwareProfile.from_wire(body["hardware"])
        seat = next((each for each in self._seats(account) if each.device == body["device_id"]), None)
        if seat is None:
            raise refusals.NotFound
        self._activations.require_good(seat.license)
        self._require_confirmed(seat.license)
        is_move = self._is_move(seat, hardware)
        if is_move and seat.license.channel in TIED:
            raise refusals.MoveNotAllowed
        seat.ended = True
        device = None if is_move else seat.device
        taken = self._activations.take_seat(seat.license, hardware, jkt, device)
        if device is not None:
            taken.device_name, taken.named_by = seat.device_name, seat.named_by
            taken.name_was_typed = seat.name_was_typed
        return self._activations.answer(taken, hardware, self._activations.name(taken, body, account))

    def _is_move(self, seat: FakeActivation, hardware: HardwareProfile) -> bool:
        return continuity(seat.hardware, hardware, Tolerance.STANDARD).verdict is Verdict.DIFFERENT

    def _require_confirmed(self, license_: FakeLicense) -> None:
        if license_.is_provisional(at=self._clock.now()):
            raise refusals.HolderProvisional(license_.provisional_until)

    def _devices(self, account: FakeAccount) -> list[Mapping[str, object]]:
        seats: dict[str, list[FakeActivation]] = {}
        for seat in self._seats(account):
            seats.setdefault(seat.device, []).append(seat)
        return [
            {
                "device": self._device(held[0]),
                "seats": [self._seat(seat) for seat in held],
            }
            for held in seats.values()
        ]

    def _seat(self, seat: FakeActivation) -> Mapping[str, object]:
        named, can_move = self._named(seat.license), _can_move(seat.license, self._clock.now())
        return {"activation": seat.id, "license": named, "can_move": can_move}

    def _license(self, license_: FakeLicense) -> Mapping[str, object]:
        at, seats = self._clock.now(), self._ledger.holding(license_)
        until = license_.provisional_until if license_.is_provisional(at=at) else None
        return {
            "license": self._named(license_),
            "standing": "revoked" if license_.revoked else "suspended" if license_.suspended else "active",
            "seats": license_.seats,
            "held": len(seats),
            "expires_at": format_instant_or_none(license_.expires_at),
            "confirmed": until is None,
            "provisional_until": format_instant_or_none(until),
            "can_move": _can_move(license_, at),
            "devices": [{"activation": seat.id, "device": self._device(seat)} for seat in seats],
        }

    def _named(self, license_: FakeLicense) -> Mapping[str, object]:
        return {
            "id": license_.id,
            "product": self._publisher.product,
            "product_name": self._publisher.name,
            "edition": "pro",
            "channel": license_.channel,
            "last_five": license_.key[-5:] if license_.key else None,
        }

    def _device(self, seat: FakeActivation) -> Mapping[str, object]:
        return {
            "id": seat.device,
            "name": seat.device_name,
            "platform": "linux",
            "last_seen_at": format_instant(seat.seen_at),
        }

    def _page(self, items: list[Mapping[str, object]]) -> Mapping[str, object]:
        return {"items": items, "next_cursor": None}


def _can_move(license_: FakeLicense, at: datetime) -> Mapping[str, object]:
    allowed, left, next_at = move_allowance(license_, at)
    return {
        "allowed": allowed,
        "left": left,
        "next_at": None if next_at is None else format_instant(next_at),
    }


def _reasons(known: HardwareProfile, hardware: HardwareProfile) -> Iterator[str]:
    for reason, components in _REASONS.items():
        shared = (known.components.get(name) for name in components)
        if any(value is not None and value in hardware.components.values() for value in shared):
            yield reason

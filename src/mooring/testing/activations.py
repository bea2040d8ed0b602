"""How a fake server activates and renews, by rules much simpler than a real server's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from mooring.core import refusals
from mooring.core.hardware.matching import Tolerance, Verdict, continuity, recognizes
from mooring.core.identifiers import (
    new_activation_id,
    new_device_id,
    new_installation_id,
    new_license_id,
)
from mooring.core.product_key import parse_product_key
from mooring.testing.licenses import FakeActivation, FakeLicense

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mooring.core.hardware.profile import HardwareProfile
    from mooring.core.identifiers import DeviceId
    from mooring.testing.accounts import FakeAccount
    from mooring.testing.clock import FakeClock
    from mooring.testing.licenses import FakeLedger
    from mooring.testing.privacy import FakePrivacy
    from mooring.testing.publisher import Publisher

METHODS = {"volume": "organization", "subscription": "subscription", "trial": "trial"}
OFFLINE_DAYS = {"oem": 90, "subscription": 14, "trial": 7}
_TRIAL_DAYS = 30


class FakeActivations:
    """Holds seats and issues certificates."""

    def __init__(
        self, publisher: Publisher, ledger: FakeLedger, privacy: FakePrivacy, clock: FakeClock
    ) -> None:
        self._publisher = publisher
        self._ledger = ledger
        self._privacy = privacy
        self._clock = clock

    def activate(
        self,
        body: Mapping[str, object],
        hardware: HardwareProfile,
        jkt: str,
        account: FakeAccount | None,
    ) -> Mapping[str, object]:
        """Answer an activation."""
        license_ = self._asked_for(body, hardware, account)
        self.require_good(license_)
        replaced = self._ledger.named(body.get("replaces"), jkt)
        activation = self._ledger.of_installation(jkt, license_) or self._again(license_, hardware, jkt)
        if activation is None:
            self._require_holder(license_, account)
            if len(self._ledger.holding(license_)) >= license_.seats:
                raise refusals.SeatLimitReached(license_.seats)
            activation = self.take_seat(license_, hardware, jkt)
        activation.with_key = activation.with_key or body.get("product_key") is not None
        if replaced is not None and replaced is not activation:
            replaced.ended = True
        return self.answer(activation, hardware, self.name(activation, body, account))

    def name(
        self, activation: FakeActivation, body: Mapping[str, object], account: FakeAccount | None
    ) -> Sequence[str]:
        """Keep the computer's own name if the account agreed to that; return what was dropped instead."""
        device = body.get("device")
        name = device.get("name") if isinstance(device, dict) else None
        if name is None or self._privacy.name_device(account, [activation], str(name)):
            return ()
        return ("device.name",)

    def renew(self, identifier: str, hardware: HardwareProfile, jkt: str) -> Mapping[str, object]:
        """Answer a renewal."""
        activation = self._ledger.named(identifier, jkt)
        if activation is None:
            raise refusals.DeviceUnknown
        self.require_good(activation.license)
        comparison = continuity(activation.hardware, hardware, Tolerance.STANDARD)
        if comparison.verdict is not Verdict.SAME:
            raise refusals.HardwareChanged(comparison.differs)
        return self.answer(activation, hardware)

    def answer(
        self, activation: FakeActivation, hardware: HardwareProfile, dropped: Sequence[str] = ()
    ) -> Mapping[str, object]:
        """Return the next certificate of ``activation``, and what of the request was ``dropped``."""
        activation.sequence += 1
        activation.hardware = hardware
        text = self._publisher.certify(activation, self._clock.now())
        return {"activation": {"id": activation.id}, "certificate": text, "dropped": list(dropped)}

    def take_seat(
        self, license_: FakeLicense, hardware: HardwareProfile, jkt: str, device: DeviceId | None = None
    ) -> FakeActivation:
        """Return a new activation, of a new device unless it is one that is known."""
        at = self._clock.now()
        activation = FakeActivation(
            id=new_activation_id(at),
            installation=new_installation_id(at),
            device=device or new_device_id(at),
            license=license_,
            jkt=jkt,
            hardware=hardware,
            index=len(self._ledger.activations),
            seen_at=at,
        )
        self._ledger.activations.append(activation)
        return activation

    def new_license(
        self, symbols: str | None, channel: str, seats: int, valid_days: float | None
    ) -> FakeLicense:
        """Return a new license; without symbols of a key it is a trial."""
        at = self._clock.now()
        license_ = FakeLicense(
            id=new_license_id(at),
            key=symbols,
            channel=channel,
            method=METHODS.get(channel, "digital_license"),
            seats=seats,
            expires_at=None if valid_days is None else at + timedelta(days=valid_days),
            entitlements=self._publisher.entitlements,
            offline_days=OFFLINE_DAYS.get(channel, 30),
        )
        self._ledger.licenses.append(license_)
        return license_

    def require_good(self, license_: FakeLicense) -> None:
        """Return if the license may be used now."""
        if license_.revoked:
            raise refusals.LicenseRevoked
        if license_.suspended:
            raise refusals.LicenseSuspended
        if license_.expires_at is not None and self._clock.now() >= license_.expires_at:
            raise refusals.LicenseExpired(license_.expires_at)

    def _asked_for(
        self, body: Mapping[str, object], hardware: HardwareProfile, account: FakeAccount | None
    ) -> FakeLicense:
        typed = body.get("product_key")
        if typed is not None:
            license_ = self._ledger.with_key(parse_product_key(str(typed)).symbols)
            if license_ is None:
                raise refusals.KeyUnknown
            return license_
        if body.get("license_id") is not None:
            return self._held_by(account, body["license_id"])
        if body.get("trial"):
            if any(
                each.license.channel == "trial" and recognizes(each.hardware, hardware, Tolerance.STANDARD)
                for each in self._ledger.activations
            ):
                raise refusals.TrialAlreadyUsed
            return self.new_license(None, "trial", 1, _TRIAL_DAYS)
        for activation in self._ledger.activations:
            if not activation.ended and recognizes(activation.hardware, hardware, Tolerance.STANDARD):
                return activation.license
        raise refusals.NoDigitalLicense

    def _held_by(self, account: FakeAccount | None, identifier: object) -> FakeLicense:
        if account is None:
            raise refusals.SignInRequired
        for license_ in self._ledger.licenses:
            if license_.id == identifier and license_.holder == account:
                return license_
        raise refusals.NotFound

    def _require_holder(self, license_: FakeLicense, account: FakeAccount | None) -> None:
        """Return if a new computer may have the license: a key of a linked one opens nothing by itself."""
        if license_.holder is None or license_.is_provisional(at=self._clock.now()):
            return
        if account is None:
            raise refusals.SignInRequired
        if account != license_.holder:
            raise refusals.NotLicenseHolder(license_.holder.masked)

    def _again(self, license_: FakeLicense, hardware: HardwareProfile, jkt: str) -> FakeActivation | None:
        """Return the activation of the same computer before its reinstall, now with the new key."""
        for activation in self._ledger.holding(license_):
            if recognizes(activation.hardware, hardware, Tolerance.STANDARD):
                activation.jkt, activation.installation = jkt, new_installation_id(self._clock.now())
                activation.with_key = False
                return activation
        return None

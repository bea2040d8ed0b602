"""The fake server: the `Network` of an App without a network, signing real certificates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from mooring.client.adapters.installation_key.key_file import MemoryKey
from mooring.client.adapters.store.memory_store import MemoryStore
from mooring.client.app import App
from mooring.client.bootstrap import Adapters, GivenHardware, Wiring
from mooring.client.domain.errors import Refused, ServerUnreachable, Voice
from mooring.client.domain.reports.connection import ServerFinding, Step
from mooring.core import refusals
from mooring.core.descriptor import parse_descriptor
from mooring.core.hardware.matching import Tolerance, Verdict, continuity, recognizes
from mooring.core.hardware.profile import HardwareProfile
from mooring.core.identifiers import (
    new_activation_id,
    new_device_id,
    new_installation_id,
    new_license_id,
)
from mooring.core.product_key import generate, parse_product_key
from mooring.testing.clock import FakeClock
from mooring.testing.computers import FakeSystem, a_computer
from mooring.testing.licenses import FakeActivation, FakeLedger, FakeLicense
from mooring.testing.publisher import ISSUER, PRODUCT_CODE, Publisher

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mooring.client.domain.deadline import Deadline
    from mooring.client.use_cases.ports import InstallationKeyStore, Store
    from mooring.core.jose.keys import SigningKey

_METHODS = {"volume": "organization", "subscription": "subscription", "trial": "trial"}
_OFFLINE_DAYS = {"oem": 90, "subscription": 14, "trial": 7}
_TRIAL_DAYS = 30


class FakeServer:
    """An activation server for tests. It knows seats, trials, revocation and outages, and no accounts.

    Args:
        name: the product's name for people.
        entitlements: the features that an activation brings; with what people call them, if it is a mapping.
        unactivated_entitlements: the features that work without activation.
        clock: the time of the server and of every computer.
    """

    def __init__(
        self,
        *,
        name: str = "Harbor Notes",
        entitlements: Sequence[str] | Mapping[str, str] = ("export-pdf", "sync"),
        unactivated_entitlements: Sequence[str] = (),
        clock: FakeClock | None = None,
    ) -> None:
        self.clock = clock or FakeClock()
        names = entitlements if isinstance(entitlements, Mapping) else {each: each for each in entitlements}
        self._publisher = Publisher(name, dict(names), unactivated_entitlements, self.clock.now())
        self._ledger = FakeLedger()
        self._outage: str | None = None
        self._refusal: Refused | None = None
        self.requests: list[tuple[str, str]] = []
        """Every request that arrived: its method and path."""

    @property
    def descriptor(self) -> dict[str, object]:
        """The descriptor of the product."""
        return dict(self._publisher.descriptor)

    def app(
        self,
        computer: str = "laptop",
        *,
        store: Store | None = None,
        keys: InstallationKeyStore | None = None,
        hardware: Mapping[str, str | list[str]] | None = None,
        clock: FakeClock | None = None,
        app_version: str | None = None,
    ) -> App:
        """Return an App on a computer where the product was just installed.

        Args:
            computer: its name; the same name is the same hardware, so a second App there is a reinstall.
            store: what it holds already; nothing, as a rule.
            keys: its installation key; a new one, as a rule.
            hardware: component values instead of those of ``computer``.
            clock: its own clock, if it is not the server's.
            app_version: the program's version.
        """
        adapters = Adapters(
            store=store or MemoryStore(),
            keys=keys or MemoryKey(),
            probe=GivenHardware(hardware or a_computer(computer)),
            clock=clock or self.clock,
            system=lambda: FakeSystem(app_version),
            network=self,
        )
        descriptor = parse_descriptor(self._publisher.descriptor)
        return App.of(Wiring(descriptor, adapters, Voice("en", descriptor.urls), app_version))

    def mint(
        self,
        *,
        seats: int = 1,
        channel: str = "retail",
        valid_days: float | None = None,
        entitlements: Sequence[str] | None = None,
    ) -> str:
        """Return a fresh product key.

        Args:
            seats: how many computers may hold the license at once.
            channel: `retail`, `oem`, `volume` or `subscription`.
            valid_days: the days after which the license ends; never, as a rule.
            entitlements: the features it brings; all, as a rule.
        """
        key = generate(PRODUCT_CODE)
        license_ = self._license(key.symbols, channel, seats, valid_days)
        if entitlements is not None:
            license_.entitlements = tuple(entitlements)
        return key.formatted()

    def link(self, key: str) -> None:
        """Link the license of ``key`` to an account; a renewal brings it to the computer."""
        self._of(key).linked = True

    def suspend(self, key: str) -> None:
        """Suspend the license of ``key``."""
        self._of(key).suspended = True

    def reinstate(self, key: str) -> None:
        """Lift the suspension of ``key``."""
        self._of(key).suspended = False

    def revoke(self, key: str) -> None:
        """Revoke the license of ``key``."""
        self._of(key).revoked = True

    def go_offline(self, cause: str = "it is offline") -> None:
        """Answer nothing any more."""
        self._outage = cause

    def come_back(self) -> None:
        """Answer again, and refuse nothing without reason."""
        self._outage, self._refusal = None, None

    def refuse_everything(self, code: str, **members: object) -> None:
        """Answer every request but those for a status list with this refusal."""
        self._refusal = Refused(code, members)

    # The port `Network`.

    def post(
        self, path: str, body: Mapping[str, object], *, key: SigningKey, deadline: Deadline
    ) -> Mapping[str, object]:
        """Answer an activation or a renewal."""
        self._receive("POST", path, deadline)
        jkt = key.public.thumbprint
        try:
            hardware = HardwareProfile.from_wire(body["hardware"])
            if path == "/v1/activations":
                return self._activate(body, hardware, jkt)
            return self._renew(path.split("/")[3], hardware, jkt)
        except refusals.Refusal as refusal:
            raise Refused(refusal.code, refusal.members) from None

    def delete(self, path: str, *, key: SigningKey, deadline: Deadline) -> None:
        """Answer a deactivation."""
        self._receive("DELETE", path, deadline)
        activation = self._ledger.named(path.split("/")[3], key.public.thumbprint)
        if activation is None:
            raise Refused("device_unknown")
        activation.ended = True

    def get(self, path: str, *, deadline: Deadline) -> str:
        """Answer with the status list."""
        self._receive("GET", path, deadline, refusing=False)
        return self._publisher.sign_status_list(self._ledger.statuses(), self.clock.now())

    def examine(self, *, deadline: Deadline) -> tuple[ServerFinding, ...]:
        """Return what is in the way: the outage."""
        del deadline
        detail = self._outage or "/healthz answers 200"
        return (ServerFinding(ISSUER, (Step("answer", passed=self._outage is None, detail=detail),)),)

    def _receive(self, method: str, path: str, deadline: Deadline, *, refusing: bool = True) -> None:
        if self._outage is not None:
            raise ServerUnreachable(self._outage)
        if deadline.passed:
            raise ServerUnreachable("it did not answer in time")
        self.requests.append((method, path))
        if refusing and self._refusal is not None:
            raise Refused(self._refusal.code, self._refusal.members)

    def _activate(
        self, body: Mapping[str, object], hardware: HardwareProfile, jkt: str
    ) -> Mapping[str, object]:
        license_ = self._asked_for(body, hardware)
        self._require_good(license_)
        replaced = self._ledger.named(body.get("replaces"), jkt)
        activation = self._ledger.of_installation(jkt, license_) or self._again(license_, hardware, jkt)
        if activation is None:
            if len(self._ledger.holding(license_)) >= license_.seats:
                raise refusals.SeatLimitReached(license_.seats)
            activation = self._take_seat(license_, hardware, jkt)
        if replaced is not None and replaced is not activation:
            replaced.ended = True
        return self._answer(activation, hardware)

    def _asked_for(self, body: Mapping[str, object], hardware: HardwareProfile) -> FakeLicense:
        typed = body.get("product_key")
        if typed is not None:
            license_ = self._ledger.with_key(parse_product_key(str(typed)).symbols)
            if license_ is None:
                raise refusals.KeyUnknown
            return license_
        if body.get("trial"):
            if any(
                each.license.channel == "trial" and recognizes(each.hardware, hardware, Tolerance.STANDARD)
                for each in self._ledger.activations
            ):
                raise refusals.TrialAlreadyUsed
            return self._license(None, "trial", 1, _TRIAL_DAYS)
        for activation in self._ledger.activations:
            if not activation.ended and recognizes(activation.hardware, hardware, Tolerance.STANDARD):
                return activation.license
        raise refusals.NoDigitalLicense

    def _again(self, license_: FakeLicense, hardware: HardwareProfile, jkt: str) -> FakeActivation | None:
        """Return the activation of the same computer before its reinstall, now with the new key."""
        for activation in self._ledger.holding(license_):
            if recognizes(activation.hardware, hardware, Tolerance.STANDARD):
                activation.jkt, activation.installation = jkt, new_installation_id(self.clock.now())
                return activation
        return None

    def _take_seat(self, license_: FakeLicense, hardware: HardwareProfile, jkt: str) -> FakeActivation:
        at = self.clock.now()
        activation = FakeActivation(
            id=new_activation_id(at),
            installation=new_installation_id(at),
            device=new_device_id(at),
            license=license_,
            jkt=jkt,
            hardware=hardware,
            index=len(self._ledger.activations),
        )
        self._ledger.activations.append(activation)
        return activation

    def _renew(self, identifier: str, hardware: HardwareProfile, jkt: str) -> Mapping[str, object]:
        activation = self._ledger.named(identifier, jkt)
        if activation is None:
            raise refusals.DeviceUnknown
        self._require_good(activation.license)
        comparison = continuity(activation.hardware, hardware, Tolerance.STANDARD)
        if comparison.verdict is not Verdict.SAME:
            raise refusals.HardwareChanged(comparison.differs)
        return self._answer(activation, hardware)

    def _answer(self, activation: FakeActivation, hardware: HardwareProfile) -> Mapping[str, object]:
        activation.sequence += 1
        activation.hardware = hardware
        text = self._publisher.certify(activation, self.clock.now())
        return {"activation": {"id": activation.id}, "certificate": text, "dropped": []}

    def _require_good(self, license_: FakeLicense) -> None:
        if license_.revoked:
            raise refusals.LicenseRevoked
        if license_.suspended:
            raise refusals.LicenseSuspended
        if license_.expires_at is not None and self.clock.now() >= license_.expires_at:
            raise refusals.LicenseExpired(license_.expires_at)

    def _license(
        self, symbols: str | None, channel: str, seats: int, valid_days: float | None
    ) -> FakeLicense:
        at = self.clock.now()
        license_ = FakeLicense(
            id=new_license_id(at),
            key=symbols,
            channel=channel,
            method=_METHODS.get(channel, "digital_license"),
            seats=seats,
            expires_at=None if valid_days is None else at + timedelta(days=valid_days),
            entitlements=self._publisher.entitlements,
            offline_days=_OFFLINE_DAYS.get(channel, 30),
        )
        self._ledger.licenses.append(license_)
        return license_

    def _of(self, key: str) -> FakeLicense:
        license_ = self._ledger.with_key(parse_product_key(key).symbols)
        if license_ is None:
            raise ValueError("this key was not minted here")
        return license_

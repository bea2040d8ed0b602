"""The licenses of a fake server: who holds which, by rules much simpler than a real server's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mooring.core.certificate.kinds import VALID

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.hardware.profile import HardwareProfile
    from mooring.core.identifiers import ActivationId, DeviceId, InstallationId, LicenseId
    from mooring.testing.accounts import FakeAccount


@dataclass
class FakeLicense:
    """A license that was minted; without a key it is a trial."""

    id: LicenseId
    key: str | None
    channel: str
    method: str
    seats: int
    expires_at: datetime | None
    entitlements: tuple[str, ...]
    offline_days: int
    holder: FakeAccount | None = None
    provisional_until: datetime | None = None
    suspended: bool = False
    revoked: bool = False

    def is_provisional(self, *, at: datetime) -> bool:
        """Whether the holder may still be refused: nobody showed the key."""
        return self.provisional_until is not None and at < self.provisional_until


@dataclass
class FakeActivation:
    """A seat that is held.

    ``index`` is its entry in the status list; ``with_key`` tells that the key was typed on this installation.
    ``named_by`` is by whose consent the device's own name is known, where it is; ``name_was_typed`` tells
    that a person gave it another.
    """

    id: ActivationId
    installation: InstallationId
    device: DeviceId
    license: FakeLicense
    jkt: str
    hardware: HardwareProfile
    index: int
    seen_at: datetime
    sequence: int = 0
    ended: bool = False
    with_key: bool = False
    device_name: str = "amber-heron"
    named_by: FakeAccount | None = None
    name_was_typed: bool = False


@dataclass
class FakeLedger:
    """Everything that a fake server remembers."""

    licenses: list[FakeLicense] = field(default_factory=list)
    activations: list[FakeActivation] = field(default_factory=list)

    def with_key(self, symbols: str) -> FakeLicense | None:
        """Return the license of a key."""
        return next((each for each in self.licenses if each.key == symbols), None)

    def of_installation(self, jkt: str, license_: FakeLicense) -> FakeActivation | None:
        """Return the live activation of a license by the installation with this key."""
        return next((each for each in self.holding(license_) if each.jkt == jkt), None)

    def holding(self, license_: FakeLicense) -> list[FakeActivation]:
        """Return the live activations of a license."""
        return [each for each in self.activations if each.license is license_ and not each.ended]

    def named(self, identifier: object, jkt: str) -> FakeActivation | None:
        """Return the live activation of this identifier, if it is the installation's own."""
        live = (each for each in self.activations if not each.ended and each.jkt == jkt)
        return next((each for each in live if each.id == identifier), None)

    def statuses(self) -> bytes:
        """Return the status of each activation, one byte each."""
        return bytes(_status(each) for each in self.activations) or bytes([VALID])


def _status(activation: FakeActivation) -> int:
    if activation.ended or activation.license.revoked:
        return 1
    return 2 if activation.license.suspended else VALID

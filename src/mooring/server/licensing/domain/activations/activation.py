"""An activation binds a license to a device; its installations are the key pairs on that device."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Self

from mooring.core.refusals import DeviceUnknown, NoDigitalLicense

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mooring.core.identifiers import ActivationId, DeviceId, InstallationId, LicenseId
    from mooring.server.licensing.domain.activations.device import Device
    from mooring.server.licensing.domain.activations.sequence import Sequence
    from mooring.server.licensing.domain.license import License

UNDO_WITHIN = timedelta(hours=24)
KEY_VOUCHES_FOR = timedelta(hours=24)
MOST_INSTALLATIONS = 3


class Kind(StrEnum):
    """What an activation draws on: one of the license's seats, or one of its leases."""

    SEAT = "seat"
    LEASE = "lease"


class ReleaseReason(StrEnum):
    """Why a device no longer holds its seat."""

    DEACTIVATED = "deactivated"
    REPLACED = "replaced"
    FREED = "freed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Activation:
    """A license holding one of its seats, or leases, for a device.

    Attributes:
        id: Its identifier, the same whenever this device comes back to this license.
        license_id: The license.
        device_id: The device.
        kind: Seat or lease.
        method: How the device is activated (contract, section 3).
        taking: The license's ``takings`` when this seat was taken.
        created_at: When the device came to the license for the first time.
        ends_at: When a lease ends by itself; none for a seat.
        released_at: When the device gave its place up; none while it holds it.
        release_reason: Why it gave it up.
        takings_at_release: The license's ``takings`` then: as long as it is the same, nobody came in between.
    """

    id: ActivationId
    license_id: LicenseId
    device_id: DeviceId
    kind: Kind
    method: str
    taking: int
    created_at: datetime
    ends_at: datetime | None = None
    released_at: datetime | None = None
    release_reason: ReleaseReason | None = None
    takings_at_release: int | None = None

    def is_live(self, *, at: datetime) -> bool:
        """Whether the device holds its place at ``at``."""
        return self.released_at is None and (self.ends_at is None or at < self.ends_at)

    def released(self, reason: ReleaseReason, *, takings: int, at: datetime) -> Self:
        """Return this activation with its place given up, while the license counts ``takings``."""
        return replace(self, released_at=at, release_reason=reason, takings_at_release=takings)

    def returned(self, *, method: str, taking: int) -> Self:
        """Return this activation holding its seat again."""
        return replace(
            self, method=method, taking=taking, released_at=None, release_reason=None, takings_at_release=None
        )

    def may_be_undone(self, *, takings: int, at: datetime) -> bool:
        """Whether taking the seat back at ``at`` only undoes its deactivation.

        So it is for 24 hours, as long as no other device took a seat: the license still counts ``takings`` as
        it did then. Otherwise a seat could travel between two computers without a single counted move.
        """
        return (
            self.kind == Kind.SEAT
            and self.release_reason == ReleaseReason.DEACTIVATED
            and self.released_at is not None
            and at < self.released_at + UNDO_WITHIN
            and self.takings_at_release == takings
        )


@dataclass(frozen=True, slots=True)
class Installation:
    """One operating-system user's key pair on an activation, and the certificates issued to it.

    Attributes:
        id: Its identifier.
        activation_id: The activation it serves.
        jkt: The RFC 7638 thumbprint of its public key.
        sequence: Which certificates were issued and presented.
        certificate: The last one issued.
        certificate_issued_at: When that was.
        certificate_ends_at: When it ends.
        status_list: The number of the status list that tells of it.
        status_index: Its place there.
        status: What stands there (``mooring.core.certificate.kinds``).
        app_version: The program's version when last seen.
        created_at: When the key pair first appeared.
        removed_at: When it had to make room for another; none while it counts.
        key_typed_at: When the product key was last typed there; none if it never was.
    """

    id: InstallationId
    activation_id: ActivationId
    jkt: str
    sequence: Sequence
    certificate: str
    certificate_issued_at: datetime
    certificate_ends_at: datetime
    status_list: int
    status_index: int
    status: int
    app_version: str | None
    created_at: datetime
    removed_at: datetime | None = None
    key_typed_at: datetime | None = None

    def vouches_for_key(self, *, at: datetime) -> bool:
        """Whether the key counts as shown at ``at``, because it was typed here within the last 24 hours.

        Whoever types the key and signs in is one person. Whoever signs in later may be somebody else, at a
        computer that was left open.
        """
        return self.key_typed_at is not None and at < self.key_typed_at + KEY_VOUCHES_FOR


class Line(NamedTuple):
    """An installation with all it stands on."""

    installation: Installation
    activation: Activation
    license: License
    device: Device

    def check_held(self, *, at: datetime) -> None:
        """Return only if this installation still counts and its activation holds its place.

        Raises:
            DeviceUnknown: It was removed, released, or its lease ended.
        """
        if self.installation.removed_at is not None or not self.activation.is_live(at=at):
            raise DeviceUnknown


def room_for_one_more(
    installations: Iterable[Installation], *, by_owner: bool, at: datetime
) -> Installation | None:
    """Return the installation that must go before a new one can come, or none if there is room.

    Up to three count at once. One whose certificate has ended goes first; a live one only gives way to the
    license's owner, who typed the key or signed in, because recognizing the hardware alone must never take a
    certificate from its user.

    Raises:
        NoDigitalLicense: Three are live, and the owner does not ask.
    """
    counted = [each for each in installations if each.removed_at is None]
    if len(counted) < MOST_INSTALLATIONS:
        return None
    going = min(
        counted, key=lambda each: (each.certificate_ends_at > at, each.certificate_issued_at, each.id)
    )
    if going.certificate_ends_at > at and not by_owner:
        raise NoDigitalLicense
    return going

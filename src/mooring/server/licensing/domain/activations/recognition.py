"""Which device a computer is, judged by its hardware alone. All profiles here are protected ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mooring.core.hardware.components import (
    COMPONENTS_BY_GROUP,
    HASH_BYTES,
    PLATFORM,
    RECOGNITION_COMPONENTS,
)
from mooring.core.hardware.matching import Tolerance, Verdict, continuity, match_score, recognizes
from mooring.core.jose.encoding import b64url_decode
from mooring.server.licensing.domain.channels import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mooring.core.hardware.profile import HardwareProfile
    from mooring.server.licensing.domain.activations.device import Device
    from mooring.server.licensing.domain.license import License

IDENTIFIERS: Final = tuple(name for name, size in HASH_BYTES.items() if size == 16)
"""The components that two computers share only when one is a copy of the other."""

MAINBOARD: Final = COMPONENTS_BY_GROUP[PLATFORM]
"""The components that a mainboard brings along."""

INDEXED: Final = tuple(dict.fromkeys((*RECOGNITION_COMPONENTS, *IDENTIFIERS)))
"""The components by which devices are looked up."""


def lookup_hashes(hardware: HardwareProfile, names: Iterable[str] = INDEXED) -> list[bytes]:
    """Return the bytes by which devices with these components of ``hardware`` are found."""
    components = hardware.components
    return [b64url_decode(value) for name in names if isinstance(value := components.get(name), str)]


def recognized(devices: Iterable[Device], hardware: HardwareProfile, tolerance: Tolerance) -> list[Device]:
    """Return those of ``devices`` that are the computer with this hardware, the likeliest first."""
    found = [device for device in devices if recognizes(device.hardware, hardware, tolerance)]
    return sorted(
        found, key=lambda device: (match_score(device.hardware, hardware), device.last_seen_at), reverse=True
    )


def is_same_once_confirmed(
    license_: License, device: Device, hardware: HardwareProfile, *, key_proven: bool
) -> bool:
    """Tell whether the computer with this hardware is ``device``, its owner confirming that it is.

    With its installation's key proven it may have changed rather far (contract, section 6). A license that
    belongs to its first mainboard (``oem``) does not follow it to another.
    """
    policy = license_.offer.policy
    if key_proven:
        comparison = continuity(device.hardware, hardware, policy.tolerance)
        bound = policy.channel == Channel.OEM and PLATFORM in comparison.differs
        if comparison.verdict == Verdict.SAME or (comparison.verdict == Verdict.CHANGED and not bound):
            return True
    return recognizes(device.hardware, hardware, policy.tolerance)


def has_other_mainboard(certified: Iterable[HardwareProfile], presented: HardwareProfile) -> bool:
    """Tell whether ``presented`` has another mainboard than all the hardware that certificates name.

    Missing is no evidence, on either side. These profiles are not protected: they are as they were sent.
    """
    known = [each for each in certified if any(name in each.components for name in MAINBOARD)]
    return bool(known) and all(
        PLATFORM in continuity(each, presented, Tolerance.STANDARD).differs for each in known
    )


def shares_identifier(reference: HardwareProfile, presented: HardwareProfile) -> bool:
    """Tell whether weak hardware looks like one seen before.

    Too little is known of one side to recognize it, but a machine id or system UUID is the same: enough to
    refuse it a second trial, never enough to give it a license.
    """
    if not (reference.is_weak or presented.is_weak):
        return False
    return any(
        name in reference.components and reference.components[name] == presented.components.get(name)
        for name in IDENTIFIERS
    )

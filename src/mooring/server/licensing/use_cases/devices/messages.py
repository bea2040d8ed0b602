"""What doors hand to the use cases of a holder's devices, and what they get back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mooring.core.hardware.profile import HardwareProfile
    from mooring.core.identifiers import DeviceId
    from mooring.server.licensing.domain.activations.device import DeviceFacts
    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.use_cases.holders.messages import CanMove, HeldLicense, KnownDevice


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidatesRequest:
    """A signed-in person changed hardware and asks which device this computer was."""

    account: AccountRef
    product: str
    hardware: HardwareProfile
    jkt: str
    edition: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A device that this computer may have been.

    Attributes:
        device: The device.
        license: The license whose seat it holds.
        likely: Whether it is most likely this very computer: true for at most one.
        reasons: Why, the strongest first: ``same_installation``, ``same_mainboard``, ``same_disk``,
            ``same_network``, ``seen_recently``.
        costs_move: Whether coming back as this device would be a move.
        can_move: Whether its holder can do that now, and how many moves are left all the same.
    """

    device: KnownDevice
    license: HeldLicense
    likely: bool
    reasons: Sequence[str]
    costs_move: bool
    can_move: CanMove


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactivationRequest:
    """A signed-in person says: ``device_id`` is the device I am using right now."""

    account: AccountRef
    device_id: DeviceId
    product: str
    hardware: HardwareProfile
    device: DeviceFacts
    jkt: str
    edition: str | None = None

"""Find candidates: the devices that a computer with changed hardware may have been, the likeliest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from mooring.core.hardware.components import NETWORK, PLATFORM, STORAGE
from mooring.core.hardware.matching import match_score, matching_groups
from mooring.server.licensing.domain.activations.recognition import is_same_once_confirmed
from mooring.server.licensing.domain.activations.seats import next_taking_is_move
from mooring.server.licensing.domain.linking import is_owner
from mooring.server.licensing.use_cases.admission.first_mainboard import stays_behind
from mooring.server.licensing.use_cases.devices.messages import Candidate
from mooring.server.licensing.use_cases.holders.messages import MOST_ITEMS
from mooring.server.licensing.use_cases.holders.views import can_holder_move, held_license, known_device

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from mooring.core.hardware.profile import HardwareProfile
    from mooring.core.identifiers import ActivationId, DeviceId
    from mooring.server.licensing.domain.activations.device import Device
    from mooring.server.licensing.ports.keyed_hashes import KeyedHashes
    from mooring.server.licensing.ports.ledger import HeldSeat, Ledger, LedgerReader
    from mooring.server.licensing.use_cases.devices.messages import CandidatesRequest

RECENTLY: Final = timedelta(days=7)

SAME_INSTALLATION: Final = "same_installation"
SEEN_RECENTLY: Final = "seen_recently"
_SAME_GROUP: Final = {PLATFORM: "same_mainboard", STORAGE: "same_disk", NETWORK: "same_network"}


class FindCandidates:
    """Answers "I changed hardware on this device recently": which of my devices was it?"""

    def __init__(self, ledger: Ledger, hashes: KeyedHashes) -> None:
        self._ledger = ledger
        self._hashes = hashes

    async def __call__(self, request: CandidatesRequest, *, at: datetime) -> Sequence[Candidate]:
        """Return the devices that hold seats of the account's licenses for this program, likeliest first."""
        hardware = self._hashes.of_hardware(request.hardware)
        async with self._ledger.reading() as reader:
            lines = await reader.lines_of_key(request.jkt)
            own = {line.device.id for line in lines}
            proven = {line.activation.id for line in lines if line.installation.removed_at is None}
            seats = await _seats(reader, request, at=at)
            seats.sort(key=lambda seat: _likelihood(seat.device, hardware, own), reverse=True)
            candidates = []
            for place, seat in enumerate(seats):
                can_move = await can_holder_move(reader, seat.license, at=at)
                same = await _is_same(reader, seat, request, hardware, proven, at=at)
                reasons = _reasons(seat.device, hardware, own, at=at)
                candidates.append(
                    Candidate(
                        device=known_device(seat.device),
                        license=held_license(seat.license),
                        likely=place == 0 and any(each != SEEN_RECENTLY for each in reasons),
                        reasons=reasons,
                        costs_move=not same and next_taking_is_move(seat.license),
                        can_move=replace(can_move, allowed=True, next_at=None) if same else can_move,
                    )
                )
        return candidates


async def _is_same(
    reader: LedgerReader,
    seat: HeldSeat,
    request: CandidatesRequest,
    hardware: HardwareProfile,
    proven: AbstractSet[ActivationId],
    *,
    at: datetime,
) -> bool:
    """Tell whether reactivating would find this very device, which costs no move."""
    if await stays_behind(reader, seat.license, seat.activation, request.hardware):
        return False
    confirms = is_owner(seat.license, request.account, key_typed=False, at=at)
    key_proven = confirms and seat.activation.id in proven
    return is_same_once_confirmed(seat.license, seat.device, hardware, key_proven=key_proven)


async def _seats(reader: LedgerReader, request: CandidatesRequest, *, at: datetime) -> list[HeldSeat]:
    devices = await reader.devices_for(request.account.id, limit=MOST_ITEMS, at=at)
    return [
        seat
        for device_id in devices
        for seat in await reader.seats_for(request.account.id, device_id, at=at)
        if seat.activation.is_live(at=at)
        and seat.license.offer.product_slug == request.product
        and request.edition in {None, seat.license.offer.edition_slug}
    ]


def _likelihood(
    device: Device, hardware: HardwareProfile, own: AbstractSet[DeviceId]
) -> tuple[bool, int, datetime]:
    return device.id in own, match_score(device.hardware, hardware), device.last_seen_at


def _reasons(
    device: Device, hardware: HardwareProfile, own: AbstractSet[DeviceId], *, at: datetime
) -> list[str]:
    """Return why it may be this computer, the strongest reason first."""
    matching = matching_groups(device.hardware, hardware)
    reasons = [SAME_INSTALLATION] if device.id in own else []
    reasons += [reason for group, reason in _SAME_GROUP.items() if group in matching]
    return [*reasons, SEEN_RECENTLY] if at - device.last_seen_at < RECENTLY else reasons

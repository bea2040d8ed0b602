"""Take back: the consent by which devices go by their own names was withdrawn, so they do so no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.server.licensing.domain.activations.device_names import neutral_name

if TYPE_CHECKING:
    from mooring.server.licensing.ports.ledger import LedgerWriter


class Renamed(NamedTuple):
    """What a device was called, and what it is called from now on."""

    old: str
    new: str


async def take_back_names(writer: LedgerWriter, consent_id: str) -> list[Renamed]:
    """Give the devices that have their names by this consent, which was withdrawn, neutral ones."""
    await writer.lock_devices(*[device.id for device in await writer.names.devices_under(consent_id)])
    renamed = []
    for device in await writer.names.devices_under(consent_id):
        neutral = neutral_name(device.id)
        await writer.names.take_back(device, neutral)
        renamed.append(Renamed(device.name, neutral))
    return renamed

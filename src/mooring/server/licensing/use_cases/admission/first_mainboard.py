"""Tell whether a license that belongs to its first mainboard (``oem``) is asked for where another one is.

What a device is remembered by is shared by every license on it, and follows a new mainboard as soon as one of
them may. So a license that may not is judged by what its own certificates name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.licensing.domain.activations.certificates import hardware_in
from mooring.server.licensing.domain.activations.recognition import has_other_mainboard
from mooring.server.licensing.domain.channels import Channel

if TYPE_CHECKING:
    from mooring.core.hardware.profile import HardwareProfile
    from mooring.core.identifiers import DeviceId
    from mooring.server.licensing.domain.activations.activation import Activation
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.ports.ledger import LedgerReader


async def stays_behind(
    reader: LedgerReader, license_: License, activation: Activation, presented: HardwareProfile
) -> bool:
    """Tell whether the license's seat stays with another mainboard than that of ``presented``."""
    if license_.offer.policy.channel != Channel.OEM:
        return False
    installations = await reader.installations(activation.id)
    return has_other_mainboard([hardware_in(each.certificate) for each in installations], presented)


async def stays_behind_on(
    reader: LedgerReader, license_: License, device_id: DeviceId, presented: HardwareProfile
) -> bool:
    """Tell the same of the seat that the device with this id holds or held, if there is one."""
    if license_.offer.policy.channel != Channel.OEM:
        return False
    activation = await reader.seat_of(license_.id, device_id)
    return activation is not None and await stays_behind(reader, license_, activation, presented)

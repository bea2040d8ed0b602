"""By whose consent devices go by the names that they call themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mooring.core.identifiers import AccountId, DeviceId
    from mooring.server.licensing.domain.activations.device import Device


class DeviceNames(Protocol):
    """Reads and changes it within one transaction.

    A device that is not known here has a neutral name, or one that its holder typed.
    """

    async def consent_of(self, account_id: AccountId) -> str | None:
        """Return the account's consent to such names, if it stands: until the transaction ends it will.

        It is asked for before anything is locked.
        """
        ...

    async def consent_behind(self, device_id: DeviceId) -> str | None:
        """Return the consent by which the device has its name, if it has it by one."""
        ...

    async def name_under(self, consent_id: str, device_id: DeviceId) -> None:
        """Keep that the device has its name by this consent."""
        ...

    async def name_by_hand(self, device_id: DeviceId) -> None:
        """Keep that the device has its name by nobody's consent, but because somebody typed it."""
        ...

    async def devices_under(self, consent_id: str) -> Sequence[Device]:
        """Return the devices that have their names by this consent."""
        ...

    async def take_back(self, device: Device, name: str) -> None:
        """Call the device ``name`` again, wherever the name that it has by a consent is known."""
        ...

"""By whose consent devices go by the names that they call themselves, in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import bindparam, delete, insert, select, update

from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.storage.ledger.rows import DEVICE_COLUMNS, device_of
from mooring.server.licensing.storage.tables import device_names, devices, windows_pcs

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from mooring.core.identifiers import AccountId, DeviceId
    from mooring.server.foundation.database.port import Transaction
    from mooring.server.licensing.domain.activations.device import Device

NameConsent: TypeAlias = "Callable[[Transaction, AccountId], Awaitable[str | None]]"
"""Finds an account's consent to such names, and keeps it from being withdrawn while the transaction lasts."""

_of_device = device_names.c.device_id == bindparam("of_device")
_BEHIND = Statement(select(device_names.c.consent_id).where(_of_device))
_FORGET = Statement(delete(device_names).where(_of_device))
_ADD = Statement(insert(device_names))
_DEVICES_UNDER = Statement(
    select(*DEVICE_COLUMNS)
    .select_from(device_names.join(devices, device_names.c.device_id == devices.c.id))
    .where(device_names.c.consent_id == bindparam("wanted"))
    .order_by(devices.c.id)
)
_RENAME = Statement(
    update(devices).where(devices.c.id == bindparam("of_device")).values(name=bindparam("neutral"))
)
_RENAME_PC = Statement(  # it keeps the name under which it told of its Windows
    update(windows_pcs)
    .where(windows_pcs.c.computer == bindparam("of_device"), windows_pcs.c.name == bindparam("old"))
    .values(name=bindparam("neutral"))
)


async def nobody_agreed(_transaction: Transaction, _account_id: AccountId) -> None:
    """Find no consent: nothing here asks anybody for it."""
    return


class StoredDeviceNames:
    """Implements :class:`~mooring.server.licensing.ports.device_names.DeviceNames`."""

    def __init__(self, transaction: Transaction, consent: NameConsent) -> None:
        self._transaction = transaction
        self._consent = consent

    async def consent_of(self, account_id: AccountId) -> str | None:
        """Return the account's consent to such names, if it stands: until the transaction ends it will."""
        return await self._consent(self._transaction, account_id)

    async def consent_behind(self, device_id: DeviceId) -> str | None:
        """Return the consent by which the device has its name, if it has it by one."""
        row = await self._transaction.fetch_one(_BEHIND, of_device=device_id)
        return None if row is None else str(row.consent_id)

    async def name_under(self, consent_id: str, device_id: DeviceId) -> None:
        """Keep that the device has its name by this consent."""
        await self.name_by_hand(device_id)
        await self._transaction.later(_ADD, {"device_id": device_id, "consent_id": consent_id})

    async def name_by_hand(self, device_id: DeviceId) -> None:
        """Keep that the device has its name by nobody's consent, but because somebody typed it."""
        await self._transaction.later(_FORGET, {"of_device": device_id})

    async def devices_under(self, consent_id: str) -> Sequence[Device]:
        """Return the devices that have their names by this consent."""
        return [device_of(row) for row in await self._transaction.fetch(_DEVICES_UNDER, wanted=consent_id)]

    async def take_back(self, device: Device, name: str) -> None:
        """Call the device ``name`` again, wherever the name that it has by a consent is known."""
        await self.name_by_hand(device.id)
        await self._transaction.later(_RENAME, {"of_device": device.id, "neutral": name})
        await self._transaction.later(
            _RENAME_PC, {"of_device": device.id, "old": device.name, "neutral": name}
        )

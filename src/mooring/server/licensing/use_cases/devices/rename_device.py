"""Rename: a holder gives one of their devices a name, which is then shown on it, too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mooring.core.refusals import InvalidRequest, NotFound
from mooring.server.licensing.domain.linking import check_may_move, is_owner
from mooring.server.licensing.use_cases.holders.views import my_device

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import DeviceId
    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.ports.ledger import Ledger
    from mooring.server.licensing.use_cases.holders.messages import MyDevice

LONGEST_NAME = 64


class RenameDevice:
    """Names devices."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def __call__(
        self, device_id: DeviceId, name: str, account: AccountRef, *, at: datetime
    ) -> MyDevice:
        """Return the device under its new name: what its holder typed, which is their wish to have it kept.

        Raises:
            InvalidRequest: The name is empty, longer than 64 characters, or not one line of text.
            NotFound: The account has no such device.
            HolderProvisional: It has, but of no license on it has it shown that it is its own.
        """
        name = " ".join(name.split(" ")).strip()
        if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
            raise InvalidRequest("name")
        async with self._ledger.changing() as writer:
            await writer.lock_devices(device_id)
            seats = [
                each
                for each in await writer.seats_for(account.id, device_id, at=at)
                if each.activation.is_live(at=at)
            ]
            if not seats:
                raise NotFound
            if not any(is_owner(each.license, account, key_typed=False, at=at) for each in seats):
                check_may_move(seats[0].license, account, at=at)
            named = replace(seats[0].device, name=name)
            await writer.save_device(named, component_hashes=None)
            return await my_device(writer, named, seats, at=at)

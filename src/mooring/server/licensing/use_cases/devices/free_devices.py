"""Free: a holder takes seats back from a dead, lost or forgotten device, or from all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import HolderProvisional, NotFound
from mooring.server.licensing.domain.activations.activation import ReleaseReason
from mooring.server.licensing.use_cases.activations.locking import found_and_locked
from mooring.server.licensing.use_cases.activations.release import release
from mooring.server.licensing.use_cases.holders.messages import MOST_ITEMS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from datetime import datetime

    from mooring.core.identifiers import AccountId, DeviceId, LicenseId
    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.ports.ledger import HeldSeat, Ledger, LedgerWriter


class FreeDevice:
    """Frees the seats that one device holds of an account's licenses. Doing it again changes nothing."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def __call__(self, device_id: DeviceId, account: AccountRef, *, at: datetime) -> int:
        """Free the device's seats, and return how many there were.

        Raises:
            NotFound: The account has no such device.
            HolderProvisional: It has, but has not shown that the license is its own.
        """
        async with self._ledger.changing() as writer:
            seats = await found_and_locked(
                writer, lambda: writer.seats_for(account.id, device_id, at=at), _licenses_of
            )
            if not seats:
                raise NotFound
            await writer.lock_devices(device_id)
            return await _free(writer, seats, account, at=at)


class FreeAllDevices:
    """Frees every seat of an account's licenses."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def __call__(self, account: AccountRef, *, at: datetime) -> int:
        """Free the seats of all devices, and return how many there were.

        Raises:
            HolderProvisional: There are some, and of none the account has shown that the license is its own.
        """
        async with self._ledger.changing() as writer:
            seats = await found_and_locked(
                writer, lambda: _all_seats(writer, account.id, at=at), _licenses_of
            )
            await writer.lock_devices(*{seat.device.id for seat in seats})
            return await _free(writer, seats, account, at=at)


def _licenses_of(seats: Iterable[HeldSeat]) -> set[LicenseId]:
    return {seat.license.id for seat in seats}


async def _all_seats(writer: LedgerWriter, account_id: AccountId, *, at: datetime) -> list[HeldSeat]:
    return [
        seat
        async for device_id in _devices(writer, account_id, at=at)
        for seat in await writer.seats_for(account_id, device_id, at=at)
    ]


async def _devices(writer: LedgerWriter, account_id: AccountId, *, at: datetime) -> AsyncIterator[DeviceId]:
    after: DeviceId | None = None
    while found := await writer.devices_for(account_id, after=after, limit=MOST_ITEMS, at=at):
        for device_id in found:
            yield device_id
        after = found[-1]


async def _free(writer: LedgerWriter, seats: Iterable[HeldSeat], account: AccountRef, *, at: datetime) -> int:
    freed, until = 0, None
    # Several devices may hold seats of one license: each is freed from what the one before left of it.
    licenses = {seat.license.id: seat.license for seat in seats}
    for _, activation, _ in seats:
        license_ = licenses[activation.license_id]
        if not activation.is_live(at=at) or license_.holder is None:
            continue
        if not license_.holder.is_confirmed(at=at):
            until = license_.holder.provisional_until
            continue
        licenses[license_.id] = await release(
            writer, license_, activation, ReleaseReason.FREED, by=account.id, at=at
        )
        freed += 1
    if until is not None and not freed:
        raise HolderProvisional(until)
    return freed

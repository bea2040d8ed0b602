"""Rename: a device gets the name that its holder types, or that it calls itself, which it then shows, too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mooring.core.privacy import DEVICE_NAME, choice_named
from mooring.core.refusals import ConsentRequired, InvalidRequest, NotFound
from mooring.server.licensing.domain.activations.device_names import fit_name, may_be_renamed
from mooring.server.licensing.domain.linking import check_may_move, is_owner
from mooring.server.licensing.use_cases.holders.views import my_device

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import DeviceId
    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.ports.ledger import HeldSeat, Ledger, LedgerWriter
    from mooring.server.licensing.use_cases.holders.messages import MyDevice


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
        typed = _fit(name)
        async with self._ledger.changing() as writer:
            seats = await _seats_of_mine(writer, device_id, account, at=at)
            named = replace(seats[0].device, name=typed)
            await writer.save_device(named, component_hashes=None)
            await writer.names.name_by_hand(device_id)
            return await my_device(writer, named, seats, at=at)


class NameDeviceByConsent:
    """Lets devices go by the names that they call themselves, for as long as their owner agrees to that."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def __call__(
        self, device_id: DeviceId, name: str, account: AccountRef, *, at: datetime
    ) -> MyDevice:
        """Return the device under the name that it calls itself, or that a person typed before: that stays.

        Raises:
            InvalidRequest: The name is empty, longer than 64 characters, or not one line of text.
            ConsentRequired: The account has not agreed to it, or not any more, or is not asked for it.
            NotFound: The account has no such device.
            HolderProvisional: It has, but of no license on it has it shown that it is its own.
        """
        own = _fit(name)
        async with self._ledger.changing() as writer:
            consent_id = await writer.names.consent_of(account.id)
            if consent_id is None:
                choice = choice_named(DEVICE_NAME)
                raise ConsentRequired(DEVICE_NAME, None if choice is None else choice.text_version)
            seats = await _seats_of_mine(writer, device_id, account, at=at)
            device = seats[0].device
            if may_be_renamed(device, await writer.names.consent_behind(device_id)):
                device = replace(device, name=own)
                await writer.save_device(device, component_hashes=None)
                await writer.names.name_under(consent_id, device_id)
            return await my_device(writer, device, seats, at=at)


def _fit(name: str) -> str:
    fit = fit_name(name)
    if fit is None:
        raise InvalidRequest("name")
    return fit


async def _seats_of_mine(
    writer: LedgerWriter, device_id: DeviceId, account: AccountRef, *, at: datetime
) -> list[HeldSeat]:
    """Return the seats that the device holds of licenses of the account, which may name it; it is locked.

    Raises:
        NotFound: There are none.
        HolderProvisional: There are, but of none has the account shown that it is its own.
    """
    await writer.lock_devices(device_id)
    mine = await writer.seats_for(account.id, device_id, at=at)
    seats = [each for each in mine if each.activation.is_live(at=at)]
    if not seats:
        raise NotFound
    if not any(is_owner(each.license, account, key_typed=False, at=at) for each in seats):
        check_may_move(seats[0].license, account, at=at)
    return seats

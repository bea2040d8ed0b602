"""What a holder is told of licenses, devices and moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.licensing.use_cases.activations.issue import movable
from mooring.server.licensing.use_cases.holders.messages import (
    CanMove,
    HeldLicense,
    KnownDevice,
    MyDevice,
    MyLicense,
    SeatOfMine,
    SeatTaken,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from mooring.server.licensing.domain.activations.device import Device
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.ports.ledger import HeldSeat, LedgerReader


def held_license(license_: License) -> HeldLicense:
    """Return the license, as its holder knows it by name."""
    offer = license_.offer
    return HeldLicense(
        id=license_.id,
        product=offer.product_slug,
        product_name=offer.product_name,
        edition=offer.edition_slug,
        channel=offer.policy.channel.value,
        last_five=license_.last_five,
    )


def known_device(device: Device) -> KnownDevice:
    """Return the device, as it is shown."""
    return KnownDevice(device.id, device.name, device.platform, device.last_seen_at)


async def can_holder_move(reader: LedgerReader, license_: License, *, at: datetime) -> CanMove:
    """Return whether the license's holder can move it to another computer at ``at``."""
    return CanMove(*await movable(reader, license_, at=at))


async def my_license(reader: LedgerReader, license_: License, *, at: datetime) -> MyLicense:
    """Return the license as its holder sees it."""
    holder = license_.holder
    if holder is None:
        raise ValueError("nobody holds this license")
    seats = await reader.seats_of(license_.id)
    return MyLicense(
        license=held_license(license_),
        standing=license_.standing.value,
        seats=license_.seats,
        held=license_.held,
        expires_at=license_.expires_at,
        linked_at=holder.since,
        confirmed=holder.is_confirmed(at=at),
        provisional_until=holder.open_until(at=at),
        can_move=await can_holder_move(reader, license_, at=at),
        devices=[
            SeatTaken(each.activation.id, known_device(each.device), each.activation.created_at)
            for each in seats
            if holder.may_see(each.device.id, at=at)
        ],
    )


async def my_device(
    reader: LedgerReader, device: Device, seats: Iterable[HeldSeat], *, at: datetime
) -> MyDevice:
    """Return the device as the holder of the licenses of ``seats`` sees it: those that it holds."""
    held = [each for each in seats if each.activation.is_live(at=at)]
    return MyDevice(
        device=known_device(device),
        seats=[
            SeatOfMine(
                each.activation.id,
                held_license(each.license),
                each.activation.created_at,
                await can_holder_move(reader, each.license, at=at),
            )
            for each in held
        ],
    )

"""Locking what a change is decided on, in the one order in which no two transactions wait for each other.

The computer, its licenses, its devices, their installations, and last the status lists; several of a kind in
the order of their ids. Where transactions take turns (SQLite) nothing is locked. ``FOR NO KEY UPDATE`` leaves
alone whoever only adds a row that refers to a locked one.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import ARRAY, String, any_, bindparam, select, union_all

from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.storage.ledger.rows import DEVICE_COLUMNS, device_of
from mooring.server.licensing.storage.tables import activations, devices, installations, licenses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Column, ColumnElement

    from mooring.core.identifiers import ActivationId, DeviceId, LicenseId
    from mooring.server.foundation.database.port import Transaction
    from mooring.server.licensing.domain.activations.device import Device
    from mooring.server.licensing.ports.ledger import Computer


def _among(ids: Column[str], name: str) -> ColumnElement[bool]:
    return ids == any_(bindparam(name, type_=ARRAY(String)))


_of_activation = activations.c.id == bindparam("activation_id")
_licenses = (
    select(licenses.c.id)
    .where(
        licenses.c.id.in_(
            union_all(
                select(licenses.c.id).where(_among(licenses.c.id, "ids")),
                select(licenses.c.id).where(licenses.c.key_hash == bindparam("key_hash")),
                select(activations.c.license_id).where(_of_activation),
            )
        )
    )
    .order_by(licenses.c.id)
)
_LICENSES = Statement(_licenses.with_for_update(key_share=True))
_LICENSES_AT_ONCE = Statement(_licenses.with_for_update(key_share=True, nowait=True))
_DEVICES = Statement(
    select(*DEVICE_COLUMNS)
    .where(
        devices.c.id.in_(
            union_all(
                select(devices.c.id).where(_among(devices.c.id, "ids")),
                select(activations.c.device_id).where(_of_activation),
            )
        )
    )
    .order_by(devices.c.id)
    .with_for_update(key_share=True)
)
_INSTALLATIONS_ON = Statement(
    select(installations.c.id)
    .where(
        installations.c.activation_id.in_(
            select(activations.c.id).where(_among(activations.c.device_id, "ids"))
        )
    )
    .order_by(installations.c.id)
    .with_for_update(key_share=True)
)
_INSTALLATIONS_OF = Statement(
    select(installations.c.id)
    .where(
        installations.c.activation_id.in_(
            select(activations.c.id).where(activations.c.license_id == bindparam("license_id"))
        )
    )
    .order_by(installations.c.id)
    .with_for_update(key_share=True)
)


def turns_of(computer: Computer) -> list[int]:
    """Return the numbers of which a computer with one of these components, or this key, has one, too."""
    parts = {_number(b"component", each) for each in computer.component_hashes}
    return sorted(parts | {_number(b"key", computer.jkt.encode())})


async def lock_licenses(
    transaction: Transaction,
    ids: Sequence[LicenseId],
    *,
    key_hash: bytes | None,
    activation_id: ActivationId | None,
    waits: bool,
) -> bool:
    """Lock licenses; see the port. One that others hold is only waited for if it ``waits``."""
    values = {"ids": list(ids), "key_hash": key_hash, "activation_id": activation_id}
    return await transaction.lock(_LICENSES if waits else _LICENSES_AT_ONCE, **values) is not None


async def lock_devices(
    transaction: Transaction, ids: Sequence[DeviceId], *, activation_id: ActivationId | None
) -> Sequence[Device]:
    """Lock devices with their installations; see the port."""
    if not ids and activation_id is None:
        return ()
    rows = await transaction.lock(_DEVICES, ids=list(ids), activation_id=activation_id)
    if rows is None:
        return ()
    locked = [device_of(row) for row in rows]
    # Renewals lock many installations at a time, and no device.
    await transaction.lock(_INSTALLATIONS_ON, ids=[device.id for device in locked])
    return locked


async def lock_installations(transaction: Transaction, license_id: LicenseId) -> None:
    """Lock every installation of the license."""
    await transaction.lock(_INSTALLATIONS_OF, license_id=license_id)


def _number(kind: bytes, value: bytes) -> int:
    """Return a number for an advisory lock; that others may have the same only makes them wait."""
    digest = hashlib.blake2b(value, digest_size=8, person=kind).digest()
    return int.from_bytes(digest, signed=True)

"""Forgetting leases that ended long ago, with the containers they were for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, delete, select

from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.storage.tables import activations, devices, installations

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.foundation.database.port import Transaction

_ENDED = Statement(  # one that somebody else has in hand goes next time
    select(activations.c.id, activations.c.device_id)
    .join(devices, activations.c.device_id == devices.c.id)
    .where(activations.c.ends_at < bindparam("before"))  # only leases have an end
    .limit(bindparam("most"))
    .with_for_update(of=[devices, activations], skip_locked=True)
)
_of_activations = installations.c.activation_id.in_(bindparam("of_activations", expanding=True))
_THEIR_INSTALLATIONS = Statement(
    select(installations.c.id).where(_of_activations).order_by(installations.c.id).with_for_update()
)
_FORGET_INSTALLATIONS = Statement(
    delete(installations).where(_of_activations).returning(installations.c.status_list)
)
_FORGET_ACTIVATIONS = Statement(
    delete(activations).where(activations.c.id.in_(bindparam("of_activations", expanding=True)))
)
_FORGET_DEVICES = Statement(  # a lease's device was added for it alone
    delete(devices).where(devices.c.id.in_(bindparam("of_devices", expanding=True)))
)


class Forgotten(NamedTuple):
    """How many leases there were, and the status lists that said something of them and do so no longer."""

    leases: int
    lists: frozenset[int]


async def forget_leases(transaction: Transaction, *, ended_before: datetime, most: int) -> Forgotten:
    """Remove at most ``most`` leases that ended before ``ended_before``."""
    ended = await transaction.fetch(_ENDED, before=ended_before, most=most)
    if not ended:
        return Forgotten(0, frozenset())
    ids = [row.id for row in ended]
    await transaction.lock(_THEIR_INSTALLATIONS, of_activations=ids)
    told = await transaction.fetch(_FORGET_INSTALLATIONS, of_activations=ids)
    await transaction.execute(_FORGET_ACTIVATIONS, of_activations=ids)
    await transaction.execute(_FORGET_DEVICES, of_devices=[row.device_id for row in ended])
    return Forgotten(len(ended), frozenset(row.status_list for row in told))

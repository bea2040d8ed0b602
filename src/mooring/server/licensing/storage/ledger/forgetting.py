"""Forgetting leases that ended long ago, with the containers they were for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update

from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.storage.tables import activations, devices, installations, status_lists

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.foundation.database.port import Transaction

_ENDED = Statement(
    select(activations.c.id, activations.c.device_id)
    .where(activations.c.ends_at < bindparam("before"))  # only leases have an end
    .limit(bindparam("most"))
)
_of_activations = installations.c.activation_id.in_(bindparam("of_activations", expanding=True))
_GROW_THEIR_LISTS = Statement(  # a list that said something of them says it no longer
    update(status_lists)
    .where(status_lists.c.number.in_(select(installations.c.status_list).where(_of_activations)))
    .values(version=status_lists.c.version + 1)
)
_FORGET_INSTALLATIONS = Statement(delete(installations).where(_of_activations))
_FORGET_ACTIVATIONS = Statement(
    delete(activations).where(activations.c.id.in_(bindparam("of_activations", expanding=True)))
)
_FORGET_DEVICES = Statement(  # a lease's device was added for it alone
    delete(devices).where(devices.c.id.in_(bindparam("of_devices", expanding=True)))
)


async def forget_leases(transaction: Transaction, *, ended_before: datetime, most: int) -> int:
    """Remove at most ``most`` leases that ended before ``ended_before``; return how many there were."""
    ended = await transaction.fetch(_ENDED, before=ended_before, most=most)
    if ended:
        ids = [row.id for row in ended]
        await transaction.execute(_GROW_THEIR_LISTS, of_activations=ids)
        await transaction.execute(_FORGET_INSTALLATIONS, of_activations=ids)
        await transaction.execute(_FORGET_ACTIVATIONS, of_activations=ids)
        await transaction.execute(_FORGET_DEVICES, of_devices=[row.device_id for row in ended])
    return len(ended)

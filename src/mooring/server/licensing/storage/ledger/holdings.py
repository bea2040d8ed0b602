"""Reading what an account holds: its licenses, their seats, the devices on them, and what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select

from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.domain.activations.activation import Kind
from mooring.server.licensing.ports.ledger import PastEvent
from mooring.server.licensing.storage.ledger.rows import (
    held_seat_of,
    license_of,
    select_held_seats,
    select_licenses,
)
from mooring.server.licensing.storage.tables import activations, licenses
from mooring.server.record.reading import events_of_account

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mooring.core.identifiers import AccountId, ActivationId, DeviceId, LicenseId
    from mooring.server.foundation.database.port import Session
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.ports.ledger import HeldSeat

MOST_SEATS = 200
"""Seats of one license that are listed; one with more is an organization's, and has its own list."""

_mine = licenses.c.holder_account == bindparam("account_id")
_is_seat = activations.c.kind == Kind.SEAT.value
_is_held = activations.c.released_at.is_(None)
_may_be_seen = or_(  # domain.holder.Holder.may_see
    licenses.c.holder_confirmed_at.is_not(None),
    licenses.c.holder_provisional_until <= bindparam("at"),
    licenses.c.holder_device == activations.c.device_id,
)
_LICENSE = Statement(select_licenses().where(licenses.c.id == bindparam("license_id")))
_LICENSES_OF = Statement(
    select_licenses()
    .where(_mine, licenses.c.id > bindparam("after"))
    .order_by(licenses.c.id)
    .limit(bindparam("limit"))
)
_SEAT = Statement(select_held_seats().where(activations.c.id == bindparam("activation_id")))
_SEATS_OF = Statement(
    select_held_seats()
    .where(activations.c.license_id == bindparam("license_id"), _is_seat, _is_held)
    .order_by(activations.c.created_at, activations.c.id)
    .limit(MOST_SEATS)
)
_SEATS_FOR = Statement(
    select_held_seats()
    .where(_mine, _may_be_seen, _is_seat, activations.c.device_id == bindparam("device_id"))
    .order_by(activations.c.created_at.desc(), activations.c.id.desc())
)
_DEVICES_FOR = Statement(
    select(activations.c.device_id)
    .select_from(licenses.join(activations, activations.c.license_id == licenses.c.id))
    .where(_mine, _may_be_seen, _is_seat, _is_held, activations.c.device_id > bindparam("after"))
    .distinct()
    .order_by(activations.c.device_id)
    .limit(bindparam("limit"))
)


class StoredHoldingsReader:
    """The part of the ledger's reader that serves accounts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def session(self) -> Session:
        """What else of licensing may be read in this view."""
        return self._session

    async def license(self, license_id: LicenseId) -> License | None:
        """Return the license with this id."""
        row = await self._session.fetch_one(_LICENSE, license_id=license_id)
        return None if row is None else license_of(row)

    async def seat(self, activation_id: ActivationId) -> HeldSeat | None:
        """Return the activation with this id, seat or lease, with what it stands on."""
        row = await self._session.fetch_one(_SEAT, activation_id=activation_id)
        return None if row is None else held_seat_of(row)

    async def licenses_of(
        self, account_id: AccountId, *, after: str | None = None, limit: int
    ) -> Sequence[License]:
        """Return up to ``limit`` licenses that the account holds, after that id, the earliest first."""
        rows = await self._session.fetch(_LICENSES_OF, account_id=account_id, after=after or "", limit=limit)
        return [license_of(row) for row in rows]

    async def seats_of(self, license_id: LicenseId) -> Sequence[HeldSeat]:
        """Return at most 200 seats of the license that devices hold, the earliest first."""
        return [held_seat_of(row) for row in await self._session.fetch(_SEATS_OF, license_id=license_id)]

    async def seats_for(
        self, account_id: AccountId, device_id: DeviceId, *, at: datetime
    ) -> Sequence[HeldSeat]:
        """Return the seats of the account's licenses that this device holds or held, the latest first."""
        rows = await self._session.fetch(_SEATS_FOR, account_id=account_id, device_id=device_id, at=at)
        return [held_seat_of(row) for row in rows]

    async def devices_for(
        self, account_id: AccountId, *, after: str | None = None, limit: int, at: datetime
    ) -> Sequence[DeviceId]:
        """Return up to ``limit`` devices, after that id, that hold seats of the account's licenses."""
        rows = await self._session.fetch(
            _DEVICES_FOR, account_id=account_id, after=after or "", limit=limit, at=at
        )
        return [row.device_id for row in rows]

    async def events_of(
        self, account_id: AccountId, *, before: str | None = None, limit: int
    ) -> Sequence[PastEvent]:
        """Return up to ``limit`` events that concern the account, before that id, the latest first."""
        rows = await events_of_account(self._session, account_id, before=before, limit=limit)
        return [PastEvent(*row) for row in rows]

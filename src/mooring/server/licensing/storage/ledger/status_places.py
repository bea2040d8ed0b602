"""The places in status lists: who has which, and what stands there."""

from __future__ import annotations

from secrets import randbelow
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import BindParameter, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert  # of which both databases know the conflict clause

from mooring.core.certificate.status_list import MAX_ENTRIES
from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.ports.ledger import StatusListContent, StatusPlace
from mooring.server.licensing.storage.ledger.locking import lock_installations
from mooring.server.licensing.storage.tables import activations, installations, status_lists

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from mooring.core.identifiers import ActivationId, InstallationId, LicenseId
    from mooring.server.foundation.database.port import Session, Transaction

TRIES = 8
"""So many random places taken in a row mean that a list is about three quarters full: time for the next."""

_counted = installations.c.removed_at.is_(None)
_of_activation = installations.c.activation_id == bindparam("of_activation")
_of_license = installations.c.activation_id.in_(
    select(activations.c.id).where(
        activations.c.license_id == bindparam("of_license"), activations.c.released_at.is_(None)
    )
)
_of_installation = installations.c.id == bindparam("of_installation")
_new_status: dict[str, BindParameter[int]] = {"status": bindparam("new_status")}
_grown = {"version": status_lists.c.version + 1}

_LATEST = Statement(select(status_lists).order_by(status_lists.c.number.desc()).limit(1))
_LIST = Statement(select(status_lists).where(status_lists.c.number == bindparam("number")))
_ADD_LIST = Statement(insert(status_lists).on_conflict_do_nothing())  # another may begin it now, too
_AT_PLACE = Statement(
    select(installations.c.id, installations.c.removed_at, installations.c.certificate_ends_at).where(
        installations.c.status_list == bindparam("number"), installations.c.status_index == bindparam("place")
    )
)
_TAKEN_BACK = Statement(
    select(installations.c.status_index, installations.c.status).where(
        installations.c.status_list == bindparam("number"), installations.c.status != 0
    )
)
_REMOVED = Statement(  # one that somebody else has in hand is not free yet
    select(installations.c.id)
    .where(_of_installation, installations.c.removed_at.is_not(None))
    .with_for_update(skip_locked=True)
)
_FORGET = Statement(delete(installations).where(_of_installation))
_GROW = Statement(
    update(status_lists).where(status_lists.c.number == bindparam("of_number")).values(**_grown)
)
_SET_ONE = Statement(update(installations).where(_of_installation).values(**_new_status))
_SET_OF_ACTIVATION = Statement(
    update(installations)
    .where(_of_activation, _counted)
    .values(**_new_status)
    .returning(installations.c.status_list)
)
_SET_OF_LICENSE = Statement(
    update(installations)
    .where(_of_license, _counted)
    .values(**_new_status)
    .returning(installations.c.status_list)
)


async def status_list_version(session: Session, number: int) -> int | None:
    """Return the version of the list, or none if there is no such list."""
    row = await session.fetch_one(_LIST, number=number)
    return None if row is None else row.version


async def status_list(session: Session, number: int) -> StatusListContent | None:
    """Return the list with this number."""
    row = await session.fetch_one(_LIST, number=number)
    if row is None:
        return None
    statuses = bytearray(row.size)
    for place, status in await session.fetch(_TAKEN_BACK, number=number):
        statuses[place] = status
    return StatusListContent(row.version, bytes(statuses))


class LatestList(NamedTuple):
    """The list in which places are given."""

    number: int
    size: int


class KnownList:
    """The latest list as it was last read, so that it need not be read for each place.

    Lists are only ever added, by whichever worker finds one full. Until the others do, too, the one before
    serves them as well.
    """

    def __init__(self) -> None:
        self.latest: LatestList | None = None

    def drawn(self) -> StatusPlace:
        """Return a random place of the latest list; where none is known, one in list 0."""
        latest = self.latest
        return StatusPlace(0, 0) if latest is None else StatusPlace(latest.number, randbelow(latest.size))


class StatusPlaces:
    """Gives places and changes what stands there, within one transaction, of which ``settle`` is the last."""

    def __init__(
        self,
        transaction: Transaction,
        size: int = MAX_ENTRIES,
        known: KnownList | None = None,
        drawn: StatusPlace | None = None,
    ) -> None:
        """Give places in lists that have ``size`` of them where they are new; one was ``drawn`` already."""
        self._transaction = transaction
        self._size = size
        self._known = known or KnownList()
        self._drawn = drawn
        self._has_added = False
        self._kept: StatusPlace | None = None
        self._changed: set[int] = set()

    def drawn(self) -> StatusPlace:
        """Return a random place of the latest list, free or not; where none is known, one in list 0."""
        return self._drawn or self._known.drawn()

    def keep(self, place: StatusPlace) -> None:
        """Give this place next: it was drawn, and is free."""
        self._kept = place if place.list_number else None

    async def free(self, *, at: datetime) -> StatusPlace:
        """Return a random free place; where a list is rather full, one in a new list.

        Random, so that a place tells nothing about when its computer was activated, nor how many there are.
        Whoever is given the same place at the same moment may not keep it: a place is unique.
        """
        if self._kept is not None:
            kept, self._kept = self._kept, None
            return kept
        latest, full = self._known.latest or await self._latest(), None
        while latest is not None and latest != full:
            for _ in range(TRIES):
                place = StatusPlace(latest.number, randbelow(latest.size))
                if await self._is_free(place, at=at):
                    return place
            latest, full = await self._latest(), latest  # another worker may have begun the next
        number = 1 if latest is None else latest.number + 1
        await self._transaction.execute(_ADD_LIST, number=number, size=self._size, version=1)
        self._has_added = True
        return StatusPlace(number, randbelow(self._size))

    async def _latest(self) -> LatestList | None:
        row = await self._transaction.fetch_one(_LATEST)
        latest = None if row is None else LatestList(row.number, row.size)
        if not self._has_added:  # its own may yet be undone
            self._known.latest = latest
        return latest

    async def set_of_installation(
        self, installation_id: InstallationId, list_number: int, status: int
    ) -> None:
        """Let a list say ``status`` of one installation from now on."""
        await self._transaction.execute(_SET_ONE, of_installation=installation_id, new_status=status)
        self._changed.add(list_number)

    async def set_of_activation(self, activation_id: ActivationId, status: int) -> None:
        """Let the lists say ``status`` of the activation's installations that were not removed."""
        await self._set(_SET_OF_ACTIVATION, of_activation=activation_id, new_status=status)

    async def set_of_license(self, license_id: LicenseId, status: int) -> None:
        """Let the lists say ``status`` of every installation whose activation holds its place."""
        await lock_installations(self._transaction, license_id)
        await self._set(_SET_OF_LICENSE, of_license=license_id, new_status=status)

    def say_something_else(self, lists: Iterable[int]) -> None:
        """Note that these lists say something else now."""
        self._changed.update(lists)

    async def settle(self) -> None:
        """Let the versions of the lists grow that say something else now.

        Everybody's changes meet in the rows of a few lists: they are taken last, and held only to the commit.
        """
        for number in sorted(self._changed):
            await self._transaction.execute(_GROW, of_number=number)
        self._changed.clear()

    async def _set(self, statement: Statement, **values: object) -> None:
        self._changed.update(row.status_list for row in await self._transaction.fetch(statement, **values))

    async def _is_free(self, place: StatusPlace, *, at: datetime) -> bool:
        """Tell whether nobody has the place, clearing it of what was removed and whose certificate ended."""
        held = await self._transaction.fetch_one(_AT_PLACE, number=place.list_number, place=place.place)
        if held is None:
            return True
        if held.removed_at is None or held.certificate_ends_at > at:
            return False
        if await self._transaction.lock(_REMOVED, of_installation=held.id) == []:
            return False
        await self._transaction.execute(_FORGET, of_installation=held.id)
        self._changed.add(place.list_number)
        return True

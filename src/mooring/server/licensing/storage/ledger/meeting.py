"""Meeting a computer that asks with a key: its license is locked and read together with what is known of it.

Nearly always that is nothing: it is a new computer. So one statement asks for everything, and says as well
whether the place is free that was drawn for it in a status list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, select

from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.ports.ledger import Computer
from mooring.server.licensing.storage.ledger.rows import LICENSE_COLUMNS, license_under
from mooring.server.licensing.storage.tables import device_components, installations, licenses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mooring.server.foundation.database.port import Transaction
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.storage.ledger.offers import Offers
    from mooring.server.licensing.storage.ledger.status_places import StatusPlaces

_MEET = Statement(
    select(
        *LICENSE_COLUMNS,
        licenses.c.policy_id,
        exists().where(installations.c.jkt == bindparam("jkt")).label("key_is_known"),
        exists()
        .where(device_components.c.component_hash.in_(bindparam("hashes", expanding=True)))
        .label("hardware_is_known"),
        exists()
        .where(
            installations.c.status_list == bindparam("list_number"),
            installations.c.status_index == bindparam("place"),
        )
        .label("place_is_taken"),
    )
    .where(licenses.c.key_hash == bindparam("key_hash"), licenses.c.last_five.is_not(None))
    .with_for_update(key_share=True, of=licenses)
)
_OWN = len(LICENSE_COLUMNS)


class Meeting:
    """What one transaction has found out of its computer. It holds until the transaction adds to it."""

    __slots__ = ("_computer", "_offers", "_places", "_transaction", "_unknown_hashes", "_unknown_jkt")

    def __init__(
        self, transaction: Transaction, offers: Offers, places: StatusPlaces, computer: Computer | None
    ) -> None:
        """Meet ``computer``, of which nobody else adds or removes anything until the transaction ends."""
        self._transaction = transaction
        self._offers = offers
        self._places = places
        self._computer = computer
        self._unknown_jkt: str | None = None
        self._unknown_hashes: frozenset[bytes] = frozenset()

    async def license(self, key_hash: bytes) -> License | None:
        """Lock the license with this key and return it as it is now."""
        computer = self._computer or Computer((), "")
        drawn = self._places.drawn()
        row = await self._transaction.fetch_one(
            _MEET,
            key_hash=key_hash,
            jkt=computer.jkt,
            hashes=list(computer.component_hashes),
            list_number=drawn.list_number,
            place=drawn.place,
        )
        if row is None:
            return None
        if self._computer is not None:
            self._unknown_jkt = None if row.key_is_known else computer.jkt
            self._unknown_hashes = frozenset(() if row.hardware_is_known else computer.component_hashes)
        if not row.place_is_taken:
            self._places.keep(drawn)
        offer = await self._offers.of(row.policy_id, self._transaction)
        return license_under(offer, row[:_OWN])

    def is_unknown_key(self, jkt: str) -> bool:
        """Tell whether no installation has this key."""
        return jkt == self._unknown_jkt

    def are_unknown(self, component_hashes: Iterable[bytes]) -> bool:
        """Tell whether no device has any of these components."""
        return self._unknown_hashes.issuperset(component_hashes)

    def forget(self) -> None:
        """Know nothing of the computer any more: something of it was added."""
        self._unknown_jkt = None
        self._unknown_hashes = frozenset()

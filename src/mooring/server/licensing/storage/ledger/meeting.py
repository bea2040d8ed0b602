"""Meeting a computer that asks with a key: its license is locked and read together with what is known of it.

Nearly always that is nothing: it is a new computer. So one statement asks for everything, and says as well
whether the place is free that was drawn for it in a status list.
"""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ARRAY, Integer, LargeBinary, String, any_, bindparam, exists, func, literal, select

from mooring.server.foundation.database.sharing import MISSED_TURNS
from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.ports.ledger import Computer
from mooring.server.licensing.storage.ledger.rows import LICENSE_COLUMNS, license_under
from mooring.server.licensing.storage.tables import device_components, installations, licenses

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Column, ColumnElement, Label
    from sqlalchemy.types import TypeEngine

    from mooring.server.foundation.database.port import Row, Transaction
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.ports.ledger import StatusPlace
    from mooring.server.licensing.storage.ledger.offers import Offers
    from mooring.server.licensing.storage.ledger.status_places import StatusPlaces

MEET = Statement(
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
"""What a ``Meeting`` asks for one computer; answered for a member of a group by what ``MEET_ALL`` found."""

_OWN = len(LICENSE_COLUMNS)
_FOUND = ("policy_id", "key_is_known", "hardware_is_known", "place_is_taken")
_CELLS = [*(str(column.key) for column in LICENSE_COLUMNS), *_FOUND]
_Row: Any = namedtuple("_Row", _CELLS)  # type: ignore[misc]
"""A row of ``MEET``."""


def _known_among(
    column: Column[Any], name: str, kind: type[TypeEngine[Any]], *others: ColumnElement[bool]
) -> Label[Any]:
    """Return those of a list that are in ``column``, as a list in each row: nearly always an empty one."""
    array = ARRAY(kind)
    asked = func.unnest(bindparam(name, type_=array)).table_valued("one", name=name).render_derived()
    # Looked for one by one: what is joined is read from its table's side, if planned while that is small.
    there = select(literal(True)).where(column == asked.c.one, *others).limit(1).scalar_subquery()
    found = select(asked.c.one).where(there.is_not(None)).scalar_subquery()
    return func.array(found, type_=array).label(f"known_{name}")


_MEET_ALL = Statement(
    select(
        *LICENSE_COLUMNS,
        licenses.c.policy_id,
        licenses.c.key_hash.label("opened_by"),
        MISSED_TURNS.label("missed_turns"),
        _known_among(installations.c.jkt, "jkts", String),
        _known_among(device_components.c.component_hash, "hashes", LargeBinary),
        _known_among(
            installations.c.status_index,
            "places",
            Integer,
            installations.c.status_list == bindparam("list_number"),
        ),
    )
    # By its key alone: no other index could be thought better, while the table is small.
    .where(licenses.c.key_hash == any_(bindparam("key_hashes", type_=ARRAY(LargeBinary))))
    # Who waited here would do so while it has other licenses in hand.
    .with_for_update(key_share=True, of=licenses, skip_locked=True)
)


class Comer(NamedTuple):
    """A computer that asks with a key among others, and the numbers of its turns."""

    computer: Computer
    turns: Sequence[int]
    key_hash: bytes


class Met(NamedTuple):
    """What ``MEET`` would have returned for a computer, and the place that was drawn for it."""

    row: Row
    drawn: StatusPlace


async def met_together(
    transaction: Transaction, comers: Sequence[Comer], drawn: Iterable[StatusPlace]
) -> list[Met | None]:
    """Lock the license of each of ``comers`` and return how it was met; none for who must go alone.

    They have different keys and turns. Each is given one of the places ``drawn`` in one list that is free, as
    long as there are some. Whose license or turn somebody else has must go alone, and who asks with a key
    that nobody knows.
    """
    places = list(dict.fromkeys(drawn))
    rows = await transaction.fetch(
        _MEET_ALL,
        key_hashes=[each.key_hash for each in comers],
        jkts=[each.computer.jkt for each in comers],
        hashes=[component for each in comers for component in each.computer.component_hashes],
        places=[each.place for each in places],
        list_number=places[0].list_number,
    )
    if not rows:
        return [None] * len(comers)
    *_, missed, jkts, hashes, taken = rows[0]  # the same in each
    missed_turns = {int(turn) for turn in missed.split(",") if turn}
    opened = {row.opened_by: row for row in rows if row.licenses_last_five is not None}
    free = [each for each in places if each.place not in taken]
    met: list[Met | None] = []
    for comer in comers:
        row = opened.get(comer.key_hash)
        if row is None or not missed_turns.isdisjoint(comer.turns):
            met.append(None)
            continue
        is_known = comer.computer.jkt in jkts
        has_known = not set(hashes).isdisjoint(comer.computer.component_hashes)
        found = _Row._make((*row[: _OWN + 1], is_known, has_known, not free))
        met.append(Met(found, free.pop() if free else places[0]))
    return met


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
            MEET,
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

"""New licenses in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, bindparam, insert, literal_column, null, select

from mooring.server.foundation.database.port import UniqueViolation
from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.domain.obstacles import AlreadyExists
from mooring.server.licensing.storage.tables import licenses

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from mooring.server.foundation.database.port import Database, Transaction
    from mooring.server.licensing.ports.minting import Batch, NewLicense

_NONE_YET: ColumnElement[int] = literal_column("0")
# What is the same for every new license stands in the SQL: a million rows bind a third fewer parameters.
_ADD = Statement(
    insert(licenses).values(
        id=bindparam("new_id"),
        product_id=bindparam("of_product"),
        policy_id=bindparam("of_policy"),
        key_hash=bindparam("hash"),
        pepper_id=bindparam("by_pepper"),
        last_five=bindparam("label"),
        standing=literal_column("'active'"),
        seats=bindparam("seats_sold"),
        expires_at=bindparam("ends_at"),
        first_activated_at=null(),
        held=_NONE_YET,
        takings=_NONE_YET,
        moved=_NONE_YET,
        batch=bindparam("of_batch"),
        created_at=bindparam("made_at"),
    )
)
_KNOWN = Statement(
    select(licenses.c.key_hash).where(licenses.c.key_hash.in_(bindparam("hashes", expanding=True)))
)
_HASHES_AT_ONCE = 5_000  # SQLite takes 32,766 parameters in a statement


class StoredLicenseBook:
    """Implements :class:`~mooring.server.licensing.ports.minting.LicenseBook`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, new: Sequence[NewLicense], batch: Batch) -> None:
        """Keep all of ``new``, durably, or none; raises AlreadyExists if one of the keys is kept already."""
        try:
            async with self._database.transaction() as transaction:
                await keep_licenses(transaction, new, batch)
        except UniqueViolation:
            raise AlreadyExists(
                "One of these keys is kept already.", "Run the same command again: kept keys are skipped."
            ) from None

    async def known(self, key_hashes: Collection[bytes]) -> set[bytes]:
        """Return those of the hashes whose keys are kept already."""
        wanted = list(key_hashes)
        found: set[bytes] = set()
        async with self._database.reading() as session:
            for start in range(0, len(wanted), _HASHES_AT_ONCE):
                rows = await session.fetch(_KNOWN, hashes=wanted[start : start + _HASHES_AT_ONCE])
                found.update(row.key_hash for row in rows)
        return found


async def keep_licenses(transaction: Transaction, new: Sequence[NewLicense], batch: Batch) -> None:
    """Keep all of ``new`` as part of ``transaction``; raises UniqueViolation if a key is kept already."""
    shared: dict[str, object] = {
        "of_product": batch.product_id,
        "of_policy": batch.policy_id,
        "by_pepper": batch.pepper_id,
        "of_batch": batch.name,
        "made_at": batch.created_at,
    }
    await transaction.execute_many(_ADD, _rows(new, shared))


def _rows(new: Sequence[NewLicense], shared: Mapping[str, object]) -> Iterator[dict[str, object]]:
    for license_id, key_hash, last_five, seats, expires_at in new:
        yield {
            **shared,
            "new_id": license_id,
            "hash": key_hash,
            "label": last_five,
            "seats_sold": seats,
            "ends_at": expires_at,
        }

"""New licenses in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select

from mooring.server.foundation.database.port import UniqueViolation
from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.domain.obstacles import AlreadyExists
from mooring.server.licensing.storage.tables import licenses

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from mooring.server.foundation.database.port import Database
    from mooring.server.licensing.ports.minting import Batch, NewLicense

_ADD = Statement(insert(licenses))
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
        shared: dict[str, object] = {
            "product_id": batch.product_id,
            "policy_id": batch.policy_id,
            "pepper_id": batch.pepper_id,
            "standing": "active",
            "first_activated_at": None,
            "held": 0,
            "takings": 0,
            "moved": 0,
            "batch": batch.name,
            "created_at": batch.created_at,
        }
        try:
            async with self._database.transaction() as transaction:
                await transaction.execute_many(_ADD, ({**shared, **one._asdict()} for one in new))
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

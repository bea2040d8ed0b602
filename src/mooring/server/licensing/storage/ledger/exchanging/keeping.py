"""Keeping many installations with one statement on PostgreSQL: those unchanged since they were read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from sqlalchemy import ARRAY, JSON, Integer, LargeBinary, String, bindparam, cast, func, select, update
from sqlalchemy.dialects.postgresql import JSONB

from mooring.server.foundation.database.schema import Instant
from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.storage.tables import installations

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mooring.server.licensing.domain.activations.activation import Installation
    from mooring.server.licensing.domain.activations.sequence import Sequence

_PARAMETERS = {
    "ids": String,
    "statuses": Integer,
    "sequences": String,
    "new_sequences": String,
    "new_certificates": LargeBinary,
    "new_times": Instant,
    "new_ends": Instant,
    "new_app_versions": String,
}
_kept = (
    func.unnest(*(bindparam(name, type_=ARRAY(kind)) for name, kind in _PARAMETERS.items()))
    .table_valued(
        "id", "status", "sequence",
        "new_sequence", "new_certificate", "new_time", "new_end", "new_app_version",
        name="kept",
    )
    .render_derived()
)  # fmt: skip
_unchanged = (
    select(_kept)
    .select_from(_kept.join(installations, installations.c.id == _kept.c.id))
    .where(
        installations.c.status == _kept.c.status,
        installations.c.removed_at.is_(None),
        cast(installations.c.sequence, JSONB) == cast(_kept.c.sequence, JSONB),
    )
    .order_by(installations.c.id)
    # One that somebody else has in hand is not waited for: the others would wait, too.
    .with_for_update(key_share=True, of=installations, skip_locked=True)
    .cte("unchanged")
)
KEEP_UNCHANGED = Statement(
    update(installations)
    .where(installations.c.id == _unchanged.c.id)
    .values(
        sequence=cast(_unchanged.c.new_sequence, JSON),
        certificate=_unchanged.c.new_certificate,
        certificate_issued_at=_unchanged.c.new_time,
        certificate_ends_at=_unchanged.c.new_end,
        app_version=_unchanged.c.new_app_version,
    )
    .returning(installations.c.id)
)
"""Returns the ids of those that it kept; its parameters are made by ``columns_of``."""


class Keeping(NamedTuple):
    """An installation as it was read, and as it shall be kept, its certificate ``sealed``."""

    before: Installation
    after: Installation
    sealed: bytes


def columns_of(several: Iterable[Keeping]) -> dict[str, list[object]]:
    """Return the parameters of ``KEEP_UNCHANGED`` for these."""
    columns: dict[str, list[object]] = {name: [] for name in _PARAMETERS}
    for before, after, sealed in several:
        cells = (
            after.id, before.status, _text(before.sequence), _text(after.sequence), sealed,
            after.certificate_issued_at, after.certificate_ends_at, after.app_version,
        )  # fmt: skip
        for column, cell in zip(columns.values(), cells, strict=True):
            column.append(cell)
    return columns


def _text(sequence: Sequence) -> str:
    return msgspec.json.encode(sequence.to_document()).decode()

"""A table's rows as both databases keep them, and a digest by which two tables are compared.

Times are whole seconds and JSON is text in the tables of either. So a row is a tuple of texts, numbers, bytes
and truth values, and needs no translation.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec
from sqlalchemy import JSON, Boolean, MetaData, String

from mooring.server.foundation.migrations.revisions import OF_MIGRATING

Row: TypeAlias = Sequence[Any]

_MODULUS: Final = 1 << 256


class Shape(NamedTuple):
    """One table: its columns in order, and the places of those that the databases write differently."""

    name: str
    columns: tuple[str, ...]
    truths: tuple[int, ...]
    """SQLite keeps 0 and 1."""
    texts: tuple[int, ...]
    documents: tuple[int, ...]
    """JSON, in which neither spaces nor the order of members mean anything."""

    @property
    def quoted(self) -> str:
        """The columns, as they are named in a statement."""
        return ", ".join(f'"{column}"' for column in self.columns)


def shapes_of(metadata: MetaData) -> list[Shape]:
    """Return the shapes of all tables with content, those that are referred to before those that refer."""
    return [
        Shape(
            table.name,
            tuple(column.name for column in table.columns),
            _places(table.columns, Boolean),
            _places(table.columns, String),
            _places(table.columns, JSON),
        )
        for table in metadata.sorted_tables
        if table.name not in OF_MIGRATING
    ]


def _places(columns: Iterable[Any], kind: type) -> tuple[int, ...]:
    return tuple(place for place, column in enumerate(columns) if isinstance(column.type, kind))


class Digest(NamedTuple):
    """How many rows a table has, and one number for what is in them, whatever their order."""

    rows: int
    digest: str


class Tally:
    """Counts rows and sums up their hashes: the same rows in any order come to the same.

    Each row is written in one way only (MessagePack, the members of a document in order) and hashed with
    SHA-256; the hashes are added modulo 2^256. It finds what was lost or changed on the way. It does not keep
    off someone who chooses rows, which nothing here has to.
    """

    def __init__(self, shape: Shape) -> None:
        self._documents = shape.documents
        self._write = msgspec.msgpack.Encoder(order="deterministic").encode
        self._sum = 0
        self._rows = 0

    def add(self, rows: Sequence[Row]) -> None:
        """Count ``rows``."""
        write, sha256, total = self._write, hashlib.sha256, 0
        for row in self._read(rows) if self._documents else rows:
            total += int.from_bytes(sha256(write(tuple(row))).digest())
        self._sum = (self._sum + total) % _MODULUS
        self._rows += len(rows)

    def _read(self, rows: Sequence[Row]) -> Iterable[Row]:
        decode = msgspec.json.decode
        for row in rows:
            cells = list(row)
            for place in self._documents:
                if cells[place] is not None:
                    cells[place] = decode(cells[place])
            yield cells

    @property
    def digest(self) -> Digest:
        """What was counted until now."""
        return Digest(self._rows, f"{self._sum:064x}")

"""The SQL that is written for PostgreSQL, and the values that asyncpg takes and gives."""

from collections.abc import Callable
from typing import Final

import msgspec
from sqlalchemy import String
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.engine import Dialect

_ZERO, _REPLACEMENT = "\0", "\N{REPLACEMENT CHARACTER}"


class _Text(String):
    """A text without zero characters, which PostgreSQL cannot keep: whoever sends one finds nothing by it."""

    render_bind_cast = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        def process(value: str | None) -> str | None:
            return value.replace(_ZERO, _REPLACEMENT) if value and _ZERO in value else value

        return process


class _Dialect(PGDialect_asyncpg):
    """As SQLAlchemy has it, but JSON is read from text: so a connection needs no preparation."""

    supports_statement_cache = True
    supports_native_json_deserialization = False
    colspecs = {**PGDialect_asyncpg.colspecs, String: _Text}  # noqa: RUF012 (as SQLAlchemy declares it)


def _to_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


DIALECT: Final[Dialect] = _Dialect(  # type: ignore[no-untyped-call]
    json_serializer=_to_json, json_deserializer=msgspec.json.decode
)

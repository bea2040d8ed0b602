"""The one metadata that every capability's tables belong to, and their column types."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, MetaData
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A time in UTC, whole seconds, stored as seconds since 1970: the same on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> int | None:
        """Return the seconds that stand for ``value``, which must carry a time zone."""
        return None if value is None else int(value.timestamp())

    def process_result_value(self, value: int | None, dialect: object) -> datetime | None:
        """Return the time that ``value`` seconds stand for."""
        return None if value is None else datetime.fromtimestamp(value, UTC)

"""Instants: points in time as Mooring writes them, in UTC and whole seconds.

>>> format_instant(from_seconds(1767323045))
'2026-01-02T03:04:05Z'
>>> to_seconds(parse_instant("2026-01-02T03:04:05Z"))
1767323045
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def format_instant(at: datetime) -> str:
    """Return ``at`` as RFC 3339 text in UTC, ending in ``Z``; a fraction of a second is dropped.

    Raises:
        ValueError: ``at`` has no time zone.
    """
    return _in_utc(at).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def format_instant_or_none(at: datetime | None) -> str | None:
    """Return ``at`` as `format_instant` writes it; None stays None."""
    return None if at is None else format_instant(at)


def parse_instant(text: str) -> datetime:
    """Return the instant that ``text`` names: RFC 3339 in UTC, whole seconds, ending in ``Z``, nothing else.

    Raises:
        ValueError: ``text`` has another form, or names a day or time that does not exist.
    """
    instant = datetime.fromisoformat(text)
    # `fromisoformat` reads many dialects of ISO 8601; only the one that we write comes back unchanged.
    if instant.tzinfo is None or format_instant(instant) != text:
        raise ValueError("a time must look like 2026-01-02T03:04:05Z")
    return instant.replace(tzinfo=UTC)


def to_seconds(at: datetime) -> int:
    """Return ``at`` as whole seconds since 1970-01-01T00:00:00Z; a fraction of a second is dropped.

    Raises:
        ValueError: ``at`` has no time zone.
    """
    return (_in_utc(at) - _EPOCH) // _SECOND


def from_seconds(seconds: int) -> datetime:
    """Return the instant that lies ``seconds`` after 1970-01-01T00:00:00Z.

    Raises:
        ValueError: the instant lies outside the years 1 to 9999.
    """
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        raise ValueError("a time must lie in the years 1 to 9999") from None


def _in_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time must carry its time zone")
    return at.astimezone(UTC)

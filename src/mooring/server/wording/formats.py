"""Formats: days, moments and numbers as people of each language write them, by CLDR."""

from datetime import datetime, timedelta
from functools import cache
from typing import Final

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal

_JUST_NOW: Final = timedelta(minutes=1)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse("en_GB" if language == "en" else language)


def day(at: datetime, language: str) -> str:
    """Return the day, in UTC: ``22 November 2026``."""
    return format_date(at.date(), "long", locale=_locale(language))


def moment(at: datetime, language: str) -> str:
    """Return the day and the minute, in UTC: ``22 November 2026, 17:45 UTC``."""
    return f"{day(at, language)}, {format_time(at.time(), 'short', locale=_locale(language))} UTC"


def ago(at: datetime, language: str, *, now: datetime) -> str:
    """Return how long ago ``at`` was: ``3 hours ago``."""
    past = max(now - at, _JUST_NOW)
    return format_timedelta(-past, add_direction=True, locale=_locale(language))


def number(value: float, language: str) -> str:
    """Return the number with its separators: ``1,000,000``."""
    return format_decimal(value, locale=_locale(language))


def listing(items: list[str], language: str) -> str:
    """Return the items as one enumeration: ``a, b and c``."""
    return format_list(items, locale=_locale(language))

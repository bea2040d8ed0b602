"""Instants: one spelling of a time, and no other."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.core.instants import (
    format_instant,
    format_instant_or_none,
    from_seconds,
    parse_instant,
    to_seconds,
)
from tests.support.time_zones import far_from_utc

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
WRITTEN = "2026-01-02T03:04:05Z"

whole_seconds = st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0))


def test_writes_a_time_in_utc_and_whole_seconds():
    assert format_instant(MOMENT) == WRITTEN


def test_no_instant_is_written_as_none():
    assert format_instant_or_none(MOMENT) == WRITTEN
    assert format_instant_or_none(None) is None


def test_drops_a_fraction_of_a_second():
    assert format_instant(MOMENT.replace(microsecond=999_999)) == WRITTEN
    assert to_seconds(MOMENT.replace(microsecond=999_999)) == to_seconds(MOMENT)


def test_a_time_of_another_zone_is_brought_to_utc():
    kiritimati = timezone(timedelta(hours=14))
    assert format_instant(MOMENT.astimezone(kiritimati)) == WRITTEN
    assert to_seconds(MOMENT.astimezone(kiritimati)) == to_seconds(MOMENT)


def test_a_time_is_written_in_utc_wherever_the_computer_is():
    with far_from_utc():
        assert format_instant(MOMENT) == WRITTEN
        assert format_instant(from_seconds(0)) == "1970-01-01T00:00:00Z"


def test_refuses_a_time_without_a_zone():
    naive = datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001
    with pytest.raises(ValueError, match=r"^a time must carry its time zone$"):
        format_instant(naive)
    with pytest.raises(ValueError, match=r"^a time must carry its time zone$"):
        to_seconds(naive)


@given(whole_seconds)
def test_what_is_written_is_read_back(at):
    assert parse_instant(format_instant(at)) == at
    assert from_seconds(to_seconds(at)) == at


def test_a_read_time_is_in_utc():
    assert parse_instant(WRITTEN).tzinfo is UTC
    assert from_seconds(0).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-01-02",
        "2026-01-02T03:04:05",
        "2026-01-02T03:04:05z",
        "2026-01-02 03:04:05Z",
        "2026-01-02T03:04:05+00:00",
        "2026-01-02T05:04:05+02:00",
        "2026-01-02T03:04:05.000Z",
        "2026-01-02T03:04:05.5Z",
        "2026-01-02T03:04Z",
        "20260102T030405Z",
        "2026-W01-5T03:04:05Z",
        "2026-02-30T03:04:05Z",
        "2026-01-02T24:00:00Z",
        "2026-01-02T03:04:60Z",
        " 2026-01-02T03:04:05Z",
        "2026-01-02T03:04:05Z\n",
    ],
)
def test_refuses_every_other_spelling(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the standard library's own sentences among them
        parse_instant(text)


def test_says_how_a_time_must_look():
    with pytest.raises(ValueError, match=r"^a time must look like 2026-01-02T03:04:05Z$"):
        parse_instant("2026-01-02T03:04:05+00:00")


def test_counts_seconds_since_1970():
    assert to_seconds(MOMENT) == 1_767_323_045
    assert from_seconds(1_767_323_045) == MOMENT
    assert from_seconds(-1) == datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert to_seconds(datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)) == -1


@pytest.mark.parametrize("seconds", [2**53, -(2**53), 10**30])
def test_refuses_seconds_beyond_the_calendar(seconds):
    with pytest.raises(ValueError, match=r"^a time must lie in the years 1 to 9999$"):
        from_seconds(seconds)

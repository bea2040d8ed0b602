"""Half, three quarters and all of the offline period, never past the license's end."""

from datetime import timedelta

import pytest

from mooring.core.certificate.times import certificate_times
from tests.support.certificates import AT, DAY, SECOND


def after(times):
    return tuple((time - AT) / DAY for time in times)


@pytest.mark.parametrize(
    ("days", "expected"), [(30, (15, 22.5, 30)), (14, (7, 10.5, 14)), (1, (0.5, 0.75, 1))]
)
def test_divides_the_offline_period(days, expected):
    assert after(certificate_times(AT, days, None)) == expected


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (31, (15, 22.5, 30)),
        (30, (15, 22.5, 30)),
        (25, (15, 22.5, 25)),
        (20, (15, 20, 20)),
        (10, (10, 10, 10)),
    ],
)
def test_never_passes_the_end_of_the_license(end, expected):
    assert after(certificate_times(AT, 30, AT + end * DAY)) == expected


def test_names_the_times():
    times = certificate_times(AT, 4, None)

    assert (times.renew_at, times.grace_at, times.expires_at) == (AT + 2 * DAY, AT + 3 * DAY, AT + 4 * DAY)
    assert times.grace_at.microsecond == 0
    assert times.grace_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(("days", "end"), [(30, AT), (30, AT - SECOND), (0, None)])
def test_there_is_none_without_time_left(days, end):
    with pytest.raises(ValueError, match=r"^a certificate must end after it begins$"):
        certificate_times(AT, days, end)
    assert certificate_times(AT, 30, AT + SECOND).expires_at == AT + SECOND

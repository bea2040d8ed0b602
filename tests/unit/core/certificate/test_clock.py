"""Clocks that go back, forward, or were wrong when a certificate arrived."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.core.certificate.clock import ClockMark, require_arrival, require_clock, taken
from mooring.core.identifiers import ActivationId
from mooring.core.refusals import ClockWrong
from tests.support.certificates import AT, DAY, SECOND, a_certificate

FAR = datetime(2099, 1, 1, tzinfo=UTC)


def issued(at, sequence=1, **changes):
    return a_certificate(issued_at=at, sequence=sequence, **changes)


def test_the_floor_is_the_later_of_what_was_issued_and_what_was_shown():
    mark = ClockMark(ActivationId("act_1"), 1, AT, AT - DAY)

    assert mark.floor == AT
    assert mark.advanced(AT + SECOND).floor == AT + SECOND
    assert mark.advanced(AT + DAY).advanced(AT).latest == AT + DAY


def test_a_clock_may_be_24_hours_behind_the_floor_and_any_time_ahead():
    require_clock(AT - DAY, AT)
    require_clock(FAR, AT)
    with pytest.raises(ClockWrong):
        require_clock(AT - DAY - SECOND, AT)


@pytest.mark.parametrize("off", [-1, 1])
def test_a_certificate_arrives_within_24_hours_of_its_issue(off):
    require_arrival(issued(AT), AT + off * DAY)
    with pytest.raises(ClockWrong):
        require_arrival(issued(AT), AT + off * (DAY + SECOND))


def test_a_server_that_is_once_in_2099_gives_nothing_to_take():
    with pytest.raises(ClockWrong):
        require_arrival(issued(FAR), AT)


def test_the_first_certificate_starts_the_mark():
    assert taken(None, issued(AT), AT + SECOND) == ClockMark(a_certificate().activation, 1, AT, AT + SECOND)


def test_a_higher_sequence_starts_anew_after_a_clock_that_once_showed_2099():
    mark = taken(None, issued(AT), AT).advanced(FAR)
    with pytest.raises(ClockWrong):
        require_clock(AT + DAY, mark.floor)

    mark = taken(mark, issued(AT + DAY, sequence=2), AT + DAY)

    assert mark == ClockMark(a_certificate().activation, 2, AT + DAY, AT + DAY)
    require_clock(AT + DAY, mark.floor)


@pytest.mark.parametrize("sequence", [1, 2])
def test_the_same_or_an_older_certificate_takes_no_proven_time_back(sequence):
    mark = taken(None, issued(AT, sequence=2), AT).advanced(AT + 9 * DAY)

    again = taken(mark, issued(AT, sequence), AT + 3 * DAY)

    assert again == mark
    assert taken(mark, issued(AT, sequence), AT + 10 * DAY) == mark.advanced(AT + 10 * DAY)


def test_another_activation_starts_anew():
    mark = taken(None, issued(AT, sequence=5), AT).advanced(FAR)
    other = issued(AT, sequence=1, activation=ActivationId("act_other"))

    assert taken(mark, other, AT) == ClockMark(ActivationId("act_other"), 1, AT, AT)


@given(st.lists(st.integers(-400, 400), min_size=1))
def test_whatever_the_clock_shows_the_floor_never_falls(days):
    mark = taken(None, issued(AT), AT)
    for each in days:
        later = mark.advanced(AT + each * DAY)
        assert later.floor >= mark.floor
        assert later.floor >= AT + each * DAY
        mark = later

"""Sessions end: thirty days after the person signed in, seven after they were last used."""

from dataclasses import replace
from datetime import timedelta

from mooring.server.identity.domain.session import Session
from tests.support.certificates import AT, DAY

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
FRESH = Session("ses_1", "acc_1", AT, AT)


def test_ends_seven_days_after_it_was_last_used():
    assert FRESH.is_live(at=AT + 7 * DAY - SECOND)
    assert not FRESH.is_live(at=AT + 7 * DAY)


def test_ends_thirty_days_after_the_person_signed_in_however_much_it_is_used():
    session = FRESH
    for day in range(1, 30):
        session = session.seen(at=AT + day * DAY)
    assert session.is_live(at=AT + 30 * DAY - SECOND)
    assert not session.is_live(at=AT + 30 * DAY)


def test_is_fresh_for_ten_minutes_after_the_person_signed_in():
    assert FRESH.is_fresh(at=AT + timedelta(minutes=10) - SECOND)
    assert not FRESH.is_fresh(at=AT + timedelta(minutes=10))


def test_is_fresh_for_ten_minutes_after_the_person_proved_again_who_they_are():
    again = replace(FRESH, fresh_at=AT + DAY)
    assert again.is_fresh(at=AT + DAY + timedelta(minutes=10) - SECOND)
    assert not again.is_fresh(at=AT + DAY + timedelta(minutes=10))


def test_being_used_makes_it_no_fresher():
    assert not FRESH.seen(at=AT + 2 * HOUR).is_fresh(at=AT + 2 * HOUR)


def test_is_written_once_an_hour():
    assert FRESH.seen(at=AT + HOUR - SECOND) is FRESH
    assert FRESH.seen(at=AT + HOUR) == Session("ses_1", "acc_1", AT, AT + HOUR)

"""Sessions end: thirty days after the password was typed, seven after they were last used."""

from datetime import timedelta

from mooring.server.identity.domain.session import Session
from tests.support.certificates import AT, DAY

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
FRESH = Session("ses_1", "acc_1", AT, AT)


def test_ends_seven_days_after_it_was_last_used():
    assert FRESH.is_live(at=AT + 7 * DAY - SECOND)
    assert not FRESH.is_live(at=AT + 7 * DAY)


def test_ends_thirty_days_after_the_password_was_typed_however_much_it_is_used():
    session = FRESH
    for day in range(1, 30):
        session = session.seen(at=AT + day * DAY)
    assert session.is_live(at=AT + 30 * DAY - SECOND)
    assert not session.is_live(at=AT + 30 * DAY)


def test_is_fresh_for_ten_minutes_after_the_password_was_typed():
    assert FRESH.is_fresh(at=AT + timedelta(minutes=10) - SECOND)
    assert not FRESH.is_fresh(at=AT + timedelta(minutes=10))


def test_being_used_makes_it_no_fresher():
    assert not FRESH.seen(at=AT + 2 * HOUR).is_fresh(at=AT + 2 * HOUR)


def test_is_written_once_an_hour():
    assert FRESH.seen(at=AT + HOUR - SECOND) is FRESH
    assert FRESH.seen(at=AT + HOUR) == Session("ses_1", "acc_1", AT, AT + HOUR)

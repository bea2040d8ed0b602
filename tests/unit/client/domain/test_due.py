import pytest

from mooring.client.domain.due import AFTER_A_REFUSAL, LONGEST_PAUSE, pause_after_failure, renewal_due_at
from mooring.client.domain.status import CertificateTimes
from tests.support.certificates import AT, DAY, SECOND

HOURS_6 = 6 * 3600.0


@pytest.mark.parametrize(("jitter", "days"), [(0.0, 10), (0.5, 11), (1.0, 12)])
def test_renewals_spread_over_the_first_half_of_the_time_before_grace(jitter, days):
    times = CertificateTimes(1, AT, AT + 10 * DAY, AT + 14 * DAY, AT + 20 * DAY)
    assert renewal_due_at(times, jitter) == AT + days * DAY


def test_a_renewal_is_due_on_a_whole_second():
    times = CertificateTimes(1, AT, AT + DAY, AT + DAY + 3 * SECOND, AT + 2 * DAY)
    assert renewal_due_at(times, 0.9) == AT + DAY + SECOND


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(1, 60.0), (2, 120.0), (3, 240.0), (9, 15_360.0), (10, HOURS_6), (2_000, HOURS_6)],
)
def test_each_failure_doubles_the_pause_up_to_six_hours(failures, seconds):
    assert LONGEST_PAUSE == HOURS_6
    assert pause_after_failure(failures, 0.0, refused=False, retry_after=None) == seconds


def test_a_refusal_is_not_asked_about_again_for_six_hours():
    assert AFTER_A_REFUSAL == HOURS_6
    assert pause_after_failure(1, 0.0, refused=True, retry_after=None) == HOURS_6


def test_jitter_stretches_the_pause_by_up_to_a_half():
    assert pause_after_failure(1, 1.0, refused=False, retry_after=None) == 90.0
    assert pause_after_failure(1, 0.5, refused=False, retry_after=None) == 75.0


@pytest.mark.parametrize(("retry_after", "seconds"), [(0, 60.0), (59, 60.0), (61, 61.0), (86_400, 86_400.0)])
def test_the_server_is_never_asked_earlier_than_it_wished(retry_after, seconds):
    assert pause_after_failure(1, 0.0, refused=False, retry_after=retry_after) == seconds

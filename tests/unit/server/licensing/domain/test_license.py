"""A license: its seats, its term, and whether it can be used."""

from datetime import timedelta

import pytest

from mooring.core.refusals import LicenseExpired, LicenseRevoked, LicenseSuspended
from mooring.server.licensing.domain.license import Standing
from tests.support.licenses import AT, DAY, a_license, a_policy

SECOND = timedelta(seconds=1)


def test_has_the_seats_of_its_policy_unless_sold_with_others():
    assert a_license(3).seats == 3
    assert a_license(3, seats_sold=8).seats == 8
    assert a_license(3, seats_sold=0).seats == 0


@pytest.mark.parametrize(("channel", "is_trial"), [("trial", True), ("retail", False)])
def test_a_trial_is_known_by_its_channel(channel, is_trial):
    assert a_license(channel=channel).is_trial is is_trial


def test_without_an_end_it_is_always_usable():
    license_ = a_license()
    license_.check_activatable(at=AT + 36500 * DAY)
    license_.check_renewable(at=AT + 36500 * DAY)
    assert license_.renewable_until is None


def test_activates_until_its_end_and_renews_through_the_payment_grace():
    license_ = a_license(policy=a_policy(payment_grace_days=7), expires_at=AT)
    assert license_.renewable_until == AT + 7 * DAY
    license_.check_activatable(at=AT - SECOND)
    license_.check_renewable(at=AT + 7 * DAY - SECOND)
    for check, at in ((license_.check_activatable, AT), (license_.check_renewable, AT + 7 * DAY)):
        with pytest.raises(LicenseExpired) as refused:
            check(at=at)
        assert refused.value.ended_at == AT


@pytest.mark.parametrize(
    ("standing", "refusal"), [(Standing.SUSPENDED, LicenseSuspended), (Standing.REVOKED, LicenseRevoked)]
)
def test_what_the_publisher_stopped_is_not_usable_even_when_it_has_also_ended(standing, refusal):
    license_ = a_license(standing=standing, expires_at=AT)
    for check in (license_.check_activatable, license_.check_renewable):
        with pytest.raises(refusal):
            check(at=AT + DAY)


def test_its_term_begins_once():
    license_ = a_license(policy=a_policy(valid_days=30)).begun(at=AT)
    assert (license_.first_activated_at, license_.expires_at) == (AT, AT + 30 * DAY)
    assert license_.begun(at=AT + DAY) is license_


def test_an_end_that_was_set_before_stays():
    license_ = a_license(policy=a_policy(valid_days=30), expires_at=AT + DAY).begun(at=AT)
    assert license_.expires_at == AT + DAY


def test_a_license_without_a_term_never_ends():
    assert a_license().begun(at=AT).expires_at is None

"""Device authorizations: polled in time, decided once, redeemed once, and over after ten minutes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.server.identity.domain.authorization.device_authorization import DeviceState, PollAnswer
from tests.support.accounts import a_device_authorization
from tests.support.certificates import AT

WAITING = a_device_authorization()
APPROVED = WAITING.decided("acc_mia", approve=True)
END = AT + timedelta(minutes=10)
SECOND = timedelta(seconds=1)


def answers(authorization, *seconds):
    """Return what polls at these seconds are told, and the interval after each."""
    told = []
    for second in seconds:
        authorization, answer = authorization.polled(at=AT + second * SECOND)
        told.append((answer.value, authorization.interval))
    return told


def test_a_device_that_polls_in_time_is_told_to_wait():
    assert answers(WAITING, 0, 5, 10) == [("pending", 5)] * 3


def test_each_poll_that_comes_too_early_adds_five_seconds():
    assert answers(WAITING, 0, 4, 13, 28) == [
        ("pending", 5),
        ("slow_down", 10),
        ("slow_down", 15),
        ("pending", 15),
    ]


def test_what_was_decided_is_told_at_once():
    polled, _ = WAITING.polled(at=AT)
    assert polled.decided("acc_mia", approve=True).polled(at=AT)[1] == PollAnswer.APPROVED
    assert polled.decided("acc_mia", approve=False).polled(at=AT)[1] == PollAnswer.DENIED


def test_is_redeemed_once():
    redeemed, answer = APPROVED.polled(at=AT + SECOND)
    assert answer == PollAnswer.APPROVED
    assert redeemed == replace(APPROVED, state=DeviceState.REDEEMED, last_polled_at=AT + SECOND)
    assert redeemed.polled(at=AT + SECOND) == (redeemed, PollAnswer.USED)
    assert redeemed.polled(at=END) == (redeemed, PollAnswer.USED)


def test_a_denied_device_is_told_so_each_time():
    denied = WAITING.decided("acc_mia", approve=False)
    assert denied.polled(at=AT) == denied.polled(at=END - SECOND) == (denied, PollAnswer.DENIED)


@pytest.mark.parametrize("authorization", [WAITING, APPROVED, WAITING.decided("acc_mia", approve=False)])
def test_is_over_after_ten_minutes_whatever_was_decided(authorization):
    assert authorization.polled(at=END) == (authorization, PollAnswer.EXPIRED)
    assert authorization.polled(at=END - SECOND)[1] != PollAnswer.EXPIRED


def test_can_be_decided_while_it_waits():
    assert WAITING.can_be_decided(at=END - SECOND)
    assert not WAITING.can_be_decided(at=END)
    for decided in (APPROVED, APPROVED.polled(at=AT)[0], WAITING.decided("acc_mia", approve=False)):
        assert not decided.can_be_decided(at=AT)


def test_knows_the_same_decision_of_the_same_account_again():
    redeemed, _ = APPROVED.polled(at=AT)
    denied = WAITING.decided("acc_mia", approve=False)
    assert APPROVED.was_decided("acc_mia", approve=True)
    assert redeemed.was_decided("acc_mia", approve=True)
    assert denied.was_decided("acc_mia", approve=False)
    for other, account, approve in [
        (WAITING, "acc_mia", True),
        (WAITING, None, False),
        (APPROVED, "acc_noah", True),
        (APPROVED, "acc_mia", False),
        (redeemed, "acc_mia", False),
        (denied, "acc_mia", True),
        (denied, "acc_noah", False),
    ]:
        assert not other.was_decided(account, approve=approve)

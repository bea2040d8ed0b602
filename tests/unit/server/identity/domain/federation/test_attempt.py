"""What a browser carries to a provider and back answers only its own sign-in, for ten minutes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.server.identity.domain.federation.attempt import LASTS, begin_attempt
from mooring.server.identity.domain.federation.refusals import AnswerNotOurs
from tests.support.accounts import challenge_of
from tests.support.certificates import AT

SECOND = timedelta(seconds=1)


def an_attempt():
    return begin_attempt(
        "google", redirect_uri="https://a.example/cb/google", onward="/account", links=None, at=AT
    )


def test_every_attempt_has_secrets_of_its_own():
    one, other = an_attempt(), an_attempt()
    told = [secret for each in (one, other) for secret in (each.state, each.nonce, each.verifier)]
    assert len(set(told)) == 6
    assert all(43 <= len(secret) <= 128 for secret in told)
    assert all(secret not in repr(one) for secret in told)


def test_the_provider_is_told_only_the_digest_of_the_verifier():
    attempt = an_attempt()
    assert attempt.challenge == challenge_of(attempt.verifier)


def test_is_answered_by_its_provider_with_its_state():
    attempt = an_attempt()
    attempt.check_answered_by("google", attempt.state, at=AT)
    attempt.check_answered_by("google", attempt.state, at=AT + LASTS - SECOND)


@pytest.mark.parametrize("state", [None, "", "another", "\ud800"])
def test_is_not_answered_with_another_state(state):
    with pytest.raises(AnswerNotOurs):
        an_attempt().check_answered_by("google", state, at=AT)


def test_is_not_answered_by_another_provider():
    attempt = an_attempt()
    with pytest.raises(AnswerNotOurs):
        attempt.check_answered_by("microsoft", attempt.state, at=AT)


@pytest.mark.parametrize("at", [AT + LASTS, AT - SECOND])
def test_is_not_answered_at_another_time(at):
    attempt = an_attempt()
    with pytest.raises(AnswerNotOurs):
        attempt.check_answered_by("google", attempt.state, at=at)
    replace(attempt, began_at=at).check_answered_by("google", attempt.state, at=at)

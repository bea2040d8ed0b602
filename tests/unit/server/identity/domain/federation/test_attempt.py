"""What a browser carries to a provider and back answers only its own sign-in, for ten minutes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.server.identity.domain.federation.attempt import LASTS, begin_attempt
from mooring.server.identity.domain.federation.id_token import SKEW
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


def test_carries_what_was_begun_and_nothing_is_asked_anew_unless_it_shall_be():
    usual = an_attempt()
    assert (usual.provider, usual.redirect_uri) == ("google", "https://a.example/cb/google")
    assert (usual.onward, usual.links, usual.began_at, usual.again) == ("/account", None, AT, False)
    linking = begin_attempt("a", redirect_uri="https://a", onward="/", links="ses_1", again=True, at=AT)
    assert (linking.links, linking.again) == ("ses_1", True)
    assert [len(secret) for secret in (usual.state, usual.nonce, usual.verifier)] == [43, 43, 64]


def test_what_the_provider_tells_is_a_proof_if_it_was_given_after_it_was_asked_for():
    usual, again = an_attempt(), replace(an_attempt(), again=True)
    long_ago = AT - 2 * SKEW
    assert [usual.proof(told) for told in (None, long_ago, AT)] == [None, long_ago, AT]
    assert [again.proof(told) for told in (None, long_ago, AT - SKEW)] == [None, None, AT - SKEW]
    assert again.proof(AT - SKEW - SECOND) is None


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

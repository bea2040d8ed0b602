"""Grants end once; a refresh token is good once, and forgiven for exactly sixty seconds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.core.identifiers import is_identifier
from mooring.server.identity.domain.authorization.grant import EndReason
from mooring.server.identity.domain.authorization.tokens import AccessToken, RefreshAnswer
from tests.support.accounts import a_grant, a_refresh_token, an_account
from tests.support.certificates import AT, DAY

SECOND = timedelta(seconds=1)
GRANT = a_grant(an_account())
TOKEN = a_refresh_token(GRANT)
USED = TOKEN.used(successor_hash=b"n" * 32, sealed_successor=b"sealed", at=AT + DAY)


def test_a_new_grant_is_good():
    assert is_identifier(GRANT.id, "grt")
    assert GRANT.is_live
    assert (GRANT.created_at, GRANT.last_used_at) == (AT, AT)


def test_a_grant_that_ended_stays_ended_as_it_was():
    ended = GRANT.ended(EndReason.SIGNED_OUT, at=AT + DAY)
    assert (ended.is_live, ended.ended_at, ended.end_reason) == (False, AT + DAY, EndReason.SIGNED_OUT)
    assert ended.ended(EndReason.CODE_REPLAYED, at=AT + 2 * DAY) is ended


def test_an_access_token_lasts_ten_minutes():
    assert AccessToken(b"a" * 32, GRANT.id, AT).expires_at == AT + timedelta(minutes=10)


def test_an_unused_refresh_token_is_exchanged_until_it_expires():
    assert TOKEN.expires_at == AT + 180 * DAY
    assert TOKEN.presented(at=AT) == RefreshAnswer.ROTATE
    assert TOKEN.presented(at=TOKEN.expires_at - SECOND) == RefreshAnswer.ROTATE
    assert TOKEN.presented(at=TOKEN.expires_at) == RefreshAnswer.EXPIRED


@pytest.mark.parametrize(
    ("seconds", "answer"), [(0, RefreshAnswer.REPEAT), (60, RefreshAnswer.REPEAT), (61, RefreshAnswer.REUSED)]
)
def test_a_lost_answer_is_forgiven_for_sixty_seconds(seconds, answer):
    assert USED.presented(at=AT + DAY + seconds * SECOND) == answer


def test_nothing_is_forgiven_once_the_successor_was_used():
    assert replace(USED, sealed_successor=None).presented(at=AT + DAY) == RefreshAnswer.REUSED


def test_reuse_is_noticed_even_after_the_token_would_have_expired():
    assert USED.presented(at=TOKEN.expires_at + DAY) == RefreshAnswer.REUSED

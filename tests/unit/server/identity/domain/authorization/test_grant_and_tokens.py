"""Grants end once; a refresh token is good once, and forgiven for exactly sixty seconds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.core.identifiers import AccountId, is_identifier
from mooring.server.identity.domain.authorization.asking import Action, Asking
from mooring.server.identity.domain.authorization.grant import EndReason, Grant, GrantId, begin_grant
from mooring.server.identity.domain.authorization.tokens import AccessToken, RefreshAnswer
from tests.support.accounts import KEY, a_grant, a_refresh_token, an_account
from tests.support.certificates import AT, DAY

SECOND = timedelta(seconds=1)


def an_unused_token():
    return a_refresh_token(a_grant(an_account()))


def a_used_token():
    return an_unused_token().used(successor_hash=b"n" * 32, sealed_successor=b"sealed", at=AT + DAY)


def test_a_new_grant_lets_one_key_act_for_one_account_and_says_who_asked():
    asking = Asking("harbor-notes", "Desk", Action.LINK)
    grant = begin_grant(
        AccountId("acc_mia"), client_id="mooring-device", jkt=KEY, scope="activate", asking=asking, at=AT
    )
    assert is_identifier(grant.id, "grt")
    assert grant == Grant(
        id=grant.id,
        account_id=AccountId("acc_mia"),
        client_id="mooring-device",
        jkt=KEY,
        scope="activate",
        asking=asking,
        created_at=AT,
        last_used_at=AT,
    )
    assert grant.is_live


def test_identifiers_of_grants_never_come_twice():
    assert len({a_grant(an_account()).id for _ in range(20)}) == 20


def test_a_grant_remembers_when_it_was_last_used_and_changes_in_nothing_else():
    grant = a_grant(an_account())
    assert grant.used(at=AT + DAY) == replace(grant, last_used_at=AT + DAY)
    assert grant.used(at=AT + DAY).last_used_at == AT + DAY


def test_a_grant_that_ended_stays_ended_as_it_was():
    ended = a_grant(an_account()).ended(EndReason.SIGNED_OUT, at=AT + DAY)
    assert (ended.is_live, ended.ended_at, ended.end_reason) == (False, AT + DAY, EndReason.SIGNED_OUT)
    assert ended.ended(EndReason.CODE_REPLAYED, at=AT + 2 * DAY) is ended


def test_an_access_token_lasts_ten_minutes():
    assert AccessToken(b"a" * 32, GrantId("grt_1"), AT).expires_at == AT + timedelta(minutes=10)


def test_an_unused_refresh_token_is_exchanged_until_it_expires():
    token = an_unused_token()
    assert token.expires_at == AT + 180 * DAY
    assert token.presented(at=AT) == RefreshAnswer.ROTATE
    assert token.presented(at=token.expires_at - SECOND) == RefreshAnswer.ROTATE
    assert token.presented(at=token.expires_at) == RefreshAnswer.EXPIRED


def test_an_exchanged_refresh_token_keeps_its_successor_for_whoever_lost_the_answer():
    token = a_used_token()
    assert (token.used_at, token.successor_hash, token.sealed_successor) == (AT + DAY, b"n" * 32, b"sealed")
    assert token.token_hash == an_unused_token().token_hash


@pytest.mark.parametrize(
    ("seconds", "answer"), [(0, RefreshAnswer.REPEAT), (60, RefreshAnswer.REPEAT), (61, RefreshAnswer.REUSED)]
)
def test_a_lost_answer_is_forgiven_for_sixty_seconds(seconds, answer):
    assert a_used_token().presented(at=AT + DAY + seconds * SECOND) == answer


def test_nothing_is_forgiven_once_the_successor_was_used():
    assert replace(a_used_token(), sealed_successor=None).presented(at=AT + DAY) == RefreshAnswer.REUSED


def test_reuse_is_noticed_even_after_the_token_would_have_expired():
    assert a_used_token().presented(at=an_unused_token().expires_at + DAY) == RefreshAnswer.REUSED

"""A logout token is believed from its issuer, for us, just now, for a logout; each rule stops a thief."""

from datetime import timedelta

import pytest

from mooring.core.instants import to_seconds
from mooring.server.identity.domain.federation.id_token import SKEW, ProviderKey
from mooring.server.identity.domain.federation.issuers import ExactIssuer
from mooring.server.identity.domain.federation.logout_token import EVENT, LASTS, LoggedOut, judge_logout
from mooring.server.identity.domain.federation.refusals import TokenRefused
from tests.support.certificates import AT

ISSUER = "https://id.example"
KEY = ProviderKey({"kty": "RSA"})
SECOND = timedelta(seconds=1)


def claims(**changes):
    told = {
        "iss": ISSUER,
        "aud": "mooring",
        "iat": to_seconds(AT),
        "exp": to_seconds(AT + timedelta(minutes=2)),
        "jti": "token 1",
        "sid": "session 1",
        "sub": "mia",
        "events": {EVENT: {}},
    } | changes
    return {name: value for name, value in told.items() if value is not None}


def judged(*, key=KEY, at=AT, **changes):
    return judge_logout(claims(**changes), key=key, issuers=ExactIssuer(ISSUER), client_id="mooring", at=at)


def why(**changes):
    with pytest.raises(TokenRefused) as refused:
        judged(**changes)
    return refused.value.why


def test_tells_which_session_ended_or_whose():
    assert judged() == LoggedOut(ISSUER, "token 1", "session 1", "mia")
    assert judged(sub=None) == LoggedOut(ISSUER, "token 1", "session 1", None)
    assert judged(sid=None) == LoggedOut(ISSUER, "token 1", None, "mia")
    assert judged(aud=["mooring"]).provider_session == "session 1"
    assert judged(events={EVENT: {}, "another": 1}).subject == "mia"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"iss": "https://evil.example"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"key": ProviderKey({"kty": "RSA", "issuer": "https://evil.example"})}, "key_issuer"),
        ({"aud": "another"}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": ["mooring", "another"]}, "audience"),
        ({"azp": "another"}, "audience"),
        ({"exp": None}, "expired"),
        ({"exp": to_seconds(AT - SKEW)}, "expired"),
        ({"iat": None}, "future"),
        ({"iat": to_seconds(AT + SKEW + SECOND)}, "future"),
        ({"nbf": to_seconds(AT + SKEW + SECOND)}, "future"),
        ({"events": None}, "events"),
        ({"events": [EVENT]}, "events"),
        ({"events": {}}, "events"),
        ({"events": {EVENT: None}}, "events"),
        ({"events": {EVENT: "x"}}, "events"),
        ({"events": {f"{EVENT}s": {}}}, "events"),
        ({"nonce": "n"}, "nonce"),
        ({"nonce": ""}, "nonce"),
        ({"jti": None}, "token_id"),
        ({"jti": ""}, "token_id"),
        ({"jti": 7}, "token_id"),
        ({"jti": "x" * 256}, "token_id"),
        ({"jti": "é"}, "token_id"),
        ({"jti": "a\n"}, "token_id"),
        ({"sid": None, "sub": None}, "subject"),
        ({"sid": None, "sub": ""}, "subject"),
        ({"sid": "", "sub": "mia"}, "subject"),
        ({"sid": "x" * 256, "sub": "mia"}, "subject"),
        ({"sid": 7, "sub": "mia"}, "subject"),
    ],
)
def test_is_believed_for_nothing_else(changes, rule):
    assert why(**changes) == rule


def test_an_old_one_is_over_however_long_it_says():
    forever = to_seconds(AT + timedelta(days=1))
    assert judged(exp=forever, at=AT + LASTS + SKEW - SECOND).token_id == "token 1"
    assert why(exp=forever, at=AT + LASTS + SKEW) == "expired"
    assert judged(jti="x" * 255, sid="x" * 255).token_id == "x" * 255


def test_of_a_token_that_signs_in_nothing_ends():
    """An ID token names the same session, and programs hand it around."""
    assert why(events=None, jti=None, nonce="n") == "events"

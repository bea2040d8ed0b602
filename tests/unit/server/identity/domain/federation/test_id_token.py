"""Each rule by which an ID token is judged: what a thief would try, and what honest providers say."""

import hashlib
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest

from mooring.server.identity.domain.federation.id_token import (
    SKEW,
    Expected,
    ProviderKey,
    choose_key,
)
from mooring.server.identity.domain.federation.refusals import TokenRefused
from tests.support.certificates import AT
from tests.support.id_tokens import CLIENT_ID, GOOGLE, NONCE, judged, openid_claims, seconds

SECOND = timedelta(seconds=1)
RSA = {"kty": "RSA", "kid": "rsa", "n": "…", "e": "AQAB"}
EC = {"kty": "EC", "crv": "P-256", "kid": "ec"}
ED = {"kty": "OKP", "crv": "Ed25519", "kid": "ed"}


def refusal(claims, **how):
    with pytest.raises(TokenRefused) as refused:
        judged(claims, **how)
    return refused.value.why


def keys(*jwks):
    return [ProviderKey(jwk) for jwk in jwks]


def chosen(header, *jwks):
    found = choose_key(header, keys(*jwks))
    return found and found.jwk["kid"]


@pytest.mark.parametrize(
    ("named", "algorithm", "may"),
    [
        ("EdDSA", "Ed25519", True),  # two names of one algorithm (RFC 9864)
        ("Ed25519", "EdDSA", True),
        ("Ed25519", "Ed25519", True),
        ("EdDSA", "EdDSA", True),
        ("ES256", "EdDSA", False),
    ],
)
def test_a_key_may_call_its_algorithm_by_its_old_or_its_new_name(named, algorithm, may):
    assert ProviderKey(ED | {"alg": named}).may_sign_with(algorithm) is may


def no_choice(header, *jwks):
    with pytest.raises(TokenRefused) as refused:
        choose_key(header, keys(*jwks))
    return refused.value.why


@pytest.mark.parametrize(
    ("algorithm", "jwk"),
    [("RS256", RSA), ("PS256", RSA), ("ES256", EC), ("EdDSA", ED), ("Ed25519", ED)],
)
def test_a_key_signs_with_what_its_kind_can(algorithm, jwk):
    assert chosen({"alg": algorithm, "kid": jwk["kid"]}, RSA, EC, ED) == jwk["kid"]
    assert chosen({"alg": algorithm, "kid": jwk["kid"]}, jwk | {"use": "sig", "alg": algorithm}) == jwk["kid"]


@pytest.mark.parametrize("algorithm", ["none", "None", "", "HS256", "HS512", "RS1", "ES256K", None, 7])
def test_refuses_what_is_unsigned_or_signed_with_a_shared_secret(algorithm):
    assert no_choice({"alg": algorithm, "kid": "rsa"}, RSA) == "algorithm"
    assert no_choice({"kid": "rsa"}, RSA) == "algorithm"


@pytest.mark.parametrize(
    ("algorithm", "jwk"),
    [
        ("ES256", RSA),
        ("RS256", EC),
        ("EdDSA", EC),
        ("ES256", EC | {"crv": "P-384"}),
        ("RS256", RSA | {"alg": "PS256"}),
        ("RS256", RSA | {"alg": "HS256"}),
        ("RS256", RSA | {"use": "enc"}),
        ("RS256", {"kty": "oct", "kid": "oct"}),
        ("RS256", {"kid": "odd"}),
    ],
)
def test_refuses_an_algorithm_that_is_not_the_keys_own(algorithm, jwk):
    assert no_choice({"alg": algorithm, "kid": jwk["kid"]}, jwk) == "algorithm"


def test_an_unknown_key_is_none_of_these():
    assert chosen({"alg": "RS256", "kid": "other"}, RSA) is None


def test_a_token_need_not_name_the_only_key_that_there_is():
    assert chosen({"alg": "RS256"}, RSA) == "rsa"
    assert chosen({"alg": "RS256"}) is None
    assert no_choice({"alg": "RS256"}, RSA, RSA | {"kid": "other"}) == "key"


@pytest.mark.parametrize("member", ["jwk", "jku", "x5u", "x5c", "crit", "b64"])
def test_refuses_a_header_that_brings_a_key_of_its_own_or_asks_for_more(member):
    assert no_choice({"alg": "RS256", "kid": "rsa", member: "x"}, RSA) == "header"
    assert no_choice({"alg": "RS256", "kid": 7}, RSA) == "header"


def test_the_issuer_is_exactly_the_one_that_was_asked():
    person = judged(openid_claims())
    assert (person.issuer, person.subject, person.provider_sub) == (GOOGLE, "110169484474386276334", None)
    for issuer in (f"{GOOGLE}/", GOOGLE.upper(), "https://evil.example", None, [GOOGLE]):
        assert refusal(openid_claims() | {"iss": issuer}) == "issuer"


def test_a_key_that_is_limited_to_another_issuer_is_refused():
    assert judged(openid_claims(), key=ProviderKey(RSA | {"issuer": GOOGLE}))
    assert refusal(openid_claims(), key=ProviderKey(RSA | {"issuer": "https://b.example"})) == "key_issuer"


@pytest.mark.parametrize(
    "claims",
    [{"aud": [CLIENT_ID]}, {"azp": CLIENT_ID}, {"aud": [CLIENT_ID, "other"], "azp": CLIENT_ID}],
)
def test_takes_a_token_that_is_for_us(claims):
    assert judged(openid_claims(**claims))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "other"},
        {"aud": ["other"]},
        {"aud": []},
        {"aud": None},
        {"aud": CLIENT_ID + "2"},
        {"azp": "other"},
        {"aud": [CLIENT_ID, "other"]},  # who asked for it?
        {"aud": [CLIENT_ID, "other"], "azp": "other"},
    ],
)
def test_refuses_a_token_that_is_for_somebody_else(claims):
    assert refusal(openid_claims(**claims)) == "audience"


@pytest.mark.parametrize("nonce", [None, "", "another", NONCE.upper(), 7, "\ud800"])
def test_refuses_a_token_of_another_sign_in(nonce):
    assert refusal(openid_claims(nonce=nonce)) == "nonce"


def test_a_token_is_good_until_it_expires_give_or_take_our_clocks():
    ends = AT + timedelta(hours=1)
    assert judged(openid_claims(), at=ends + SKEW - SECOND)
    assert refusal(openid_claims(), at=ends + SKEW) == "expired"


@pytest.mark.parametrize("exp", [None, "soon", True, 1e300, float("nan")])
def test_refuses_a_token_that_never_ends(exp):
    assert refusal(openid_claims(exp=exp)) == "expired"


@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_refuses_a_token_from_the_future(claim):
    assert judged(openid_claims(**{claim: seconds(seconds=120)}))
    assert refusal(openid_claims(**{claim: seconds(seconds=121)})) == "future"


def test_refuses_a_token_that_does_not_say_when_it_was_made():
    assert refusal(openid_claims(iat=None)) == "future"


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [("RS256", hashlib.sha256), ("ES256", hashlib.sha256), ("EdDSA", hashlib.sha512)],
)
def test_a_token_goes_with_its_access_token(algorithm, digest):
    expected = Expected(CLIENT_ID, NONCE, "access")
    whole = digest(b"access").digest()
    half = urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()
    assert judged(openid_claims(at_hash=half), algorithm=algorithm, expected=expected)
    assert refusal(openid_claims(at_hash="x" * 22), algorithm=algorithm, expected=expected) == "access_token"


def test_a_token_that_says_nothing_of_an_access_token_is_taken():
    assert judged(openid_claims(), expected=Expected(CLIENT_ID, NONCE, "access"))
    assert judged(openid_claims(at_hash="x" * 22))


@pytest.mark.parametrize("sub", [None, "", 7, "x" * 256, "mía", "a\nb"])
def test_refuses_a_token_about_nobody(sub):
    assert refusal(openid_claims(sub=sub)) == "subject"


def test_the_longest_subject_is_taken():
    assert judged(openid_claims(sub="x" * 255)).subject == "x" * 255


def test_tells_when_the_person_proved_who_they_are_but_no_later_than_now():
    assert judged(openid_claims()).proved_at is None
    assert judged(openid_claims(auth_time=seconds(hours=-8))).proved_at == AT - timedelta(hours=8)
    assert judged(openid_claims(auth_time=seconds(minutes=1))).proved_at == AT


@pytest.mark.parametrize(
    ("sid", "kept"),
    [("s-1", "s-1"), ("", None), (7, None), ("x" * 255, "x" * 255), ("x" * 256, None), ("é", None)],
)
def test_tells_the_providers_session(sid, kept):
    assert judged(openid_claims(sid=sid)).provider_session == kept


@pytest.mark.parametrize(
    ("claims", "hint", "name"),
    [
        ({"email": "mia@a.example", "preferred_username": "mia", "name": "Mia"}, "mia@a.example", "Mia"),
        ({"preferred_username": " mia "}, "mia", None),
        ({"email": "\u202e\x00", "preferred_username": "mia"}, "mia", None),
        ({"email": 7, "name": "x" * 101}, None, "x" * 100),
        ({"email": "a\u202eb\u200b\nc", "name": ""}, "abc", None),
        ({"email": "x" * 300}, "x" * 254, None),
    ],
)
def test_what_is_shown_of_a_person_is_short_and_hides_nothing(claims, hint, name):
    person = judged(openid_claims(**claims))
    assert (person.hint, person.name) == (hint, name)

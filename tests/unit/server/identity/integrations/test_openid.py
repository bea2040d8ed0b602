"""An OpenID provider: how it is found, asked and believed, and what becomes of its odd moments."""

import asyncio
from base64 import b64decode
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from mooring.server.identity.domain.federation.attempt import begin_attempt
from mooring.server.identity.domain.federation.issuers import ExactIssuer, MicrosoftIssuers
from mooring.server.identity.domain.federation.logout_token import EVENT, LoggedOut
from mooring.server.identity.domain.federation.refusals import (
    ProviderDeclined,
    ProviderUnavailable,
    TokenRefused,
)
from mooring.server.identity.integrations.fetching import FAILURE_KEPT
from mooring.server.identity.integrations.openid import KEPT, KEPT_IN_NEED, Client, OpenIdProvider
from mooring.server.identity.ports.providers import Answered
from tests.support.certificates import AT
from tests.support.id_tokens import BASE, CONTOSO, MIAS_OBJECT, PERSONAL, TEMPLATE, openid_claims
from tests.support.openid import ISSUER, FakeFetcher, described, key_set, signed, unsigned

DISCOVERY, TOKEN, KEYS = f"{ISSUER}/.well-known/openid-configuration", f"{ISSUER}/token", f"{ISSUER}/keys"
ATTEMPT = replace(
    begin_attempt("id", redirect_uri="https://m.example/cb/id", onward="/", links=None, at=AT),
    nonce="a nonce",
)
CLIENT = Client("mooring", "a secret: 100 %")
ANSWERED = Answered("a code", None)


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def a_provider(fetcher, *, issuer=ISSUER, tenant=None, clock=None):
    return OpenIdProvider("id", "ID", issuer, CLIENT, fetcher, tenant=tenant, clock=clock or Clock())


def tokens(**changes):
    algorithm = changes.pop("algorithm", "RS256")
    return {"id_token": signed(openid_claims(iss=ISSUER, **changes), algorithm), "access_token": "at"}


async def person(provider, answered=ANSWERED):
    return await provider.person(answered, ATTEMPT, at=AT)


async def test_the_browser_is_sent_with_state_nonce_and_challenge():
    address = await a_provider(FakeFetcher()).address(ATTEMPT, again=False)
    parts = urlsplit(address)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://id.example/authorize"
    assert asked == {
        "response_type": "code",
        "response_mode": "query",
        "client_id": "mooring",
        "redirect_uri": "https://m.example/cb/id",
        "scope": "openid profile email",
        "state": ATTEMPT.state,
        "nonce": "a nonce",
        "code_challenge": ATTEMPT.challenge,
        "code_challenge_method": "S256",
    }


async def test_who_shall_prove_again_who_they_are_is_asked_for_it():
    fetcher = FakeFetcher(**{DISCOVERY: described(authorization_endpoint="https://id.example/a?b=c")})
    address = await a_provider(fetcher).address(ATTEMPT, again=True)
    assert address.startswith("https://id.example/a?b=c&response_type=code&")
    asked = parse_qs(urlsplit(address).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])


@pytest.mark.parametrize(
    ("claims", "tells"), [(None, True), ("nonsense", True), (["sub", "auth_time"], True), (["sub"], False)]
)
async def test_tells_whether_it_can_say_when_somebody_proved_who_they_are(claims, tells):
    provider = a_provider(FakeFetcher(**{DISCOVERY: described(claims_supported=claims)}))
    assert provider.tells_when  # nobody asks it for the sake of a page
    await provider.describe()
    assert provider.tells_when is tells


def a_logout(**changes):
    told = {"aud": "mooring", "jti": "1", "sid": "s", "events": {EVENT: {}}}
    return {name: value for name, value in (openid_claims(iss=ISSUER, **told) | changes).items() if value}


async def test_believes_a_logout_token_that_it_signed():
    token = signed(a_logout(nonce=None))
    told = await a_provider(FakeFetcher()).logged_out(token, at=AT)
    assert told == LoggedOut(ISSUER, "1", "s", "110169484474386276334")


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("", "malformed"),
        ("a.b.c", "malformed"),
        (unsigned(a_logout(nonce=None), alg="none"), "algorithm"),
        (signed(a_logout(nonce=None))[:-8] + "AAAAAAAA", "signature"),
        (signed(a_logout(nonce=None), kid="unknown"), "key"),
        (signed(a_logout()), "nonce"),
        (signed(a_logout(nonce=None, aud="another")), "audience"),
    ],
)
async def test_a_forged_logout_token_ends_nothing(token, why):
    with pytest.raises(TokenRefused) as refused:
        await a_provider(FakeFetcher()).logged_out(token, at=AT)
    assert refused.value.why == why


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
async def test_believes_a_token_of_each_kind_of_key(algorithm):
    found = await person(a_provider(FakeFetcher(**{TOKEN: tokens(algorithm=algorithm)})))
    assert (found.issuer, found.subject) == (ISSUER, "110169484474386276334")


async def test_redeems_the_code_with_its_verifier_and_its_secret_in_the_header():
    fetcher = FakeFetcher(**{TOKEN: tokens()})
    await person(a_provider(fetcher))
    _, form, headers = next(asked for asked in fetcher.asked if asked[0] == TOKEN)
    assert form == {
        "grant_type": "authorization_code",
        "code": "a code",
        "redirect_uri": "https://m.example/cb/id",
        "code_verifier": ATTEMPT.verifier,
    }
    kind, pair = headers["authorization"].split()
    assert (kind, b64decode(pair)) == ("Basic", b"mooring:a+secret%3A+100+%25")


async def test_sends_the_secret_in_the_form_where_the_header_is_not_taken():
    told = described(token_endpoint_auth_methods_supported=["client_secret_post", "private_key_jwt"])
    fetcher = FakeFetcher(**{DISCOVERY: told, TOKEN: tokens()})
    await person(a_provider(fetcher))
    _, form, headers = next(asked for asked in fetcher.asked if asked[0] == TOKEN)
    assert (form["client_id"], form["client_secret"], headers) == ("mooring", "a secret: 100 %", {})


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        "a.b.c",
        "é.b.c",
        "x" * 20_000,
        signed(b"not json"),
        signed(b"[]"),
        unsigned({"iss": ISSUER}, kid="rsa"),
    ],
)
async def test_refuses_what_is_no_token(token):
    with pytest.raises(TokenRefused):
        await person(a_provider(FakeFetcher(**{TOKEN: {"id_token": token}})))


@pytest.mark.parametrize("answer", [{}, {"id_token": 7}, {"access_token": "at"}])
async def test_refuses_an_answer_without_a_token(answer):
    with pytest.raises(TokenRefused, match="no_token"):
        await person(a_provider(FakeFetcher(**{TOKEN: answer})))


async def test_refuses_a_token_whose_signature_is_another_keys():
    header, payload, signature = tokens()["id_token"].split(".")
    other = signed(openid_claims(iss=ISSUER, sub="somebody else")).split(".")[1]
    for forged in (f"{header}.{other}.{signature}", f"{header}.{payload}.", f"{header}.{payload}.AAAA"):
        with pytest.raises(TokenRefused, match="signature"):
            await person(a_provider(FakeFetcher(**{TOKEN: {"id_token": forged}})))


async def test_refuses_a_key_that_cannot_be_read():
    keys = {"keys": [{"kty": "RSA", "kid": "rsa", "n": "!", "e": 7}, "no key"]}
    with pytest.raises(TokenRefused, match="signature"):
        await person(a_provider(FakeFetcher(**{TOKEN: tokens(), KEYS: keys})))


async def test_a_token_that_no_key_could_make_good_makes_nobody_fetch_keys():
    fetcher = FakeFetcher(**{TOKEN: {"id_token": unsigned({}, alg="none")}})
    with pytest.raises(TokenRefused, match="algorithm"):
        await person(a_provider(fetcher))
    assert fetcher.times(KEYS) == 0


@pytest.mark.parametrize("named", [True, False])
async def test_an_answer_says_who_answers_where_the_provider_always_does(named):
    told = described(authorization_response_iss_parameter_supported=named)
    provider = a_provider(FakeFetcher(**{DISCOVERY: told, TOKEN: tokens()}))
    assert await person(provider, Answered("a code", ISSUER))
    if named:
        with pytest.raises(TokenRefused, match="answered_by"):
            await person(provider)
    else:
        assert await person(provider)


async def test_a_code_goes_nowhere_when_another_answers():
    fetcher = FakeFetcher(**{TOKEN: tokens()})
    with pytest.raises(TokenRefused, match="answered_by"):
        await person(a_provider(fetcher), Answered("a code", "https://evil.example"))
    assert fetcher.times(TOKEN) == 0


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        ((400, {"error": "invalid_grant"}), ProviderDeclined),
        ((401, {"error": "invalid_client"}), ProviderUnavailable),
        ((400, {"error": "unauthorized_client"}), ProviderUnavailable),
        ((500, {"error": "server_error"}), ProviderUnavailable),
        ((400, {}), ProviderUnavailable),
        (None, ProviderUnavailable),
    ],
)
async def test_says_why_a_code_was_not_redeemed(answer, refusal):
    with pytest.raises(refusal):
        await person(a_provider(FakeFetcher(**{TOKEN: answer})))


@pytest.mark.parametrize(
    "told",
    [
        None,
        (500, {}),
        (404, described()),
        described("https://evil.example"),
        described(f"{ISSUER}/"),
        described(token_endpoint=None),
        described(jwks_uri=7),
        described(authorization_endpoint="http://id.example/authorize"),
        described(jwks_uri="https://[bad"),
    ],
)
async def test_a_provider_that_does_not_describe_itself_is_away(told):
    with pytest.raises(ProviderUnavailable):
        await a_provider(FakeFetcher(**{DISCOVERY: told})).address(ATTEMPT, again=False)


async def test_a_description_is_kept_an_hour_and_in_need_a_week():
    fetcher, clock = FakeFetcher(), Clock()
    provider = a_provider(fetcher, clock=clock)
    first = await provider.describe()
    clock.now += KEPT
    assert await provider.describe() == first
    assert fetcher.times(DISCOVERY) == 1
    clock.now += 1
    fetcher.answers[DISCOVERY] = described(token_endpoint="https://id.example/new")
    assert (await provider.describe()).token == "https://id.example/new"
    fetcher.answers[DISCOVERY] = None
    clock.now += KEPT_IN_NEED
    assert (await provider.describe()).token == "https://id.example/new"
    clock.now += 1
    with pytest.raises(ProviderUnavailable):
        await provider.describe()


async def test_many_at_once_ask_a_provider_to_describe_itself_once():
    fetcher, clock = FakeFetcher(**{DISCOVERY: None}), Clock()
    provider = a_provider(fetcher, clock=clock)
    answers = await asyncio.gather(*(provider.describe() for _ in range(20)), return_exceptions=True)
    assert {type(each) for each in answers} == {ProviderUnavailable}
    assert fetcher.times(DISCOVERY) == 1
    fetcher.answers[DISCOVERY] = described()
    clock.now += FAILURE_KEPT
    assert len(set(await asyncio.gather(*(provider.describe() for _ in range(20))))) == 1
    assert fetcher.times(DISCOVERY) == 2


async def test_an_unknown_key_is_looked_for_once():
    fetcher = FakeFetcher(**{TOKEN: tokens(), KEYS: key_set("ES256")})
    provider = a_provider(fetcher)
    with pytest.raises(TokenRefused, match="key"):
        await person(provider)
    assert fetcher.times(KEYS) == 2
    fetcher.answers[KEYS] = key_set()
    assert await person(provider)


def microsoft(tenant, told_issuer):
    fetcher = FakeFetcher(
        **{f"{BASE}/{tenant}/v2.0/.well-known/openid-configuration": described(told_issuer)}
    )
    return a_provider(fetcher, issuer=BASE, tenant=tenant)


@pytest.mark.parametrize(
    ("tenant", "told", "rule"),
    [
        ("common", TEMPLATE, MicrosoftIssuers(TEMPLATE, "common")),
        ("organizations", TEMPLATE, MicrosoftIssuers(TEMPLATE, "organizations")),
        ("consumers", f"{BASE}/{PERSONAL}/v2.0", MicrosoftIssuers(TEMPLATE, PERSONAL)),
        ("contoso.com", f"{BASE}/{CONTOSO}/v2.0", MicrosoftIssuers(TEMPLATE, CONTOSO)),
        (CONTOSO, f"{BASE}/{CONTOSO}/v2.0", MicrosoftIssuers(TEMPLATE, CONTOSO)),
    ],
)
async def test_microsoft_says_whose_tokens_are_believed(tenant, told, rule):
    assert (await microsoft(tenant, told).describe()).issuers == rule


@pytest.mark.parametrize(
    ("tenant", "told"),
    [
        ("common", f"{BASE}/{CONTOSO}/v2.0"),
        ("organizations", "https://evil.example/{tenantid}/v2.0"),
        ("consumers", TEMPLATE),
        ("consumers", "https://evil.example/" + PERSONAL),
        (CONTOSO, f"{BASE}/{PERSONAL}/v2.0"),
        ("contoso.com", None),
    ],
)
async def test_a_stranger_in_microsofts_place_is_away(tenant, told):
    with pytest.raises(ProviderUnavailable):
        await microsoft(tenant, told).describe()


async def test_microsoft_takes_the_secret_in_the_form():
    assert (await microsoft("common", TEMPLATE).describe()).takes_secret_in_form


async def test_an_answer_of_another_tenant_than_the_tokens_is_refused():
    claims = openid_claims(iss=f"{BASE}/{CONTOSO}/v2.0", sub="pairwise", tid=CONTOSO, oid=MIAS_OBJECT)
    provider = microsoft("common", TEMPLATE)
    provider._fetcher.answers[TOKEN] = {"id_token": signed(claims)}
    assert (await person(provider)).subject == f"{CONTOSO}:{MIAS_OBJECT}"
    with pytest.raises(TokenRefused, match="answered_by"):
        await person(provider, Answered("a code", f"{BASE}/{PERSONAL}/v2.0"))


async def test_another_provider_is_known_by_exactly_its_issuer():
    assert (await a_provider(FakeFetcher()).describe()).issuers == ExactIssuer(ISSUER)


@pytest.mark.parametrize("away", [DISCOVERY, KEYS])
async def test_can_be_asked_when_it_describes_itself_and_has_keys(away):
    await a_provider(FakeFetcher()).check()
    with pytest.raises(ProviderUnavailable):
        await a_provider(FakeFetcher(**{away: None})).check()


def test_a_secret_shows_nowhere():
    assert "100" not in repr(CLIENT)


@pytest.mark.parametrize(
    ("tenant", "mine", "strangers"),
    [
        ("common", [CONTOSO, PERSONAL], ["common", ""]),
        ("organizations", [CONTOSO], [PERSONAL]),
        ("contoso.example", [CONTOSO], ["contoso.example"]),
        (CONTOSO, [CONTOSO], [PERSONAL]),
    ],
)
async def test_knows_its_own_names_without_asking_anybody(tenant, mine, strangers):
    fetcher = FakeFetcher()
    microsoft, other = a_provider(fetcher, issuer=BASE, tenant=tenant), a_provider(fetcher)
    assert all(microsoft.may_issue_as(f"{BASE}/{each}/v2.0") for each in mine)
    assert not any(microsoft.may_issue_as(f"{BASE}/{each}/v2.0") for each in strangers)
    assert [other.may_issue_as(each) for each in (ISSUER, f"{ISSUER}/", TEMPLATE)] == [True, False, False]
    assert fetcher.asked == []

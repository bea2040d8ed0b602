"""GitHub: who somebody is, is a number; the rest is to be shown."""

from urllib.parse import parse_qs, urlsplit

import pytest

from mooring.server.identity.domain.federation.attempt import begin_attempt
from mooring.server.identity.domain.federation.person import Person
from mooring.server.identity.domain.federation.refusals import (
    ProviderDeclined,
    ProviderUnavailable,
    TokenRefused,
)
from mooring.server.identity.integrations.github import PUBLIC, GitHubProvider
from mooring.server.identity.integrations.openid import Client
from mooring.server.identity.ports.providers import Answered
from tests.support.certificates import AT
from tests.support.openid import FakeFetcher

TOKEN = "https://github.com/login/oauth/access_token"
USER, EMAILS = "https://api.github.com/user", "https://api.github.com/user/emails"
ATTEMPT = begin_attempt("github", redirect_uri="https://m.example/cb/github", onward="/", links=None, at=AT)
MONA = {"id": 583231, "login": "octocat", "name": "Mona"}


def answers(**changes):
    usual = {TOKEN: {"access_token": "gho_1"}, USER: MONA, EMAILS: {"items": []}}
    return FakeFetcher(**usual | changes)


async def person(fetcher, base=PUBLIC):
    provider = GitHubProvider("github", "GitHub", base, Client("id", "secret"), fetcher)
    return await provider.person(Answered("a code", None), ATTEMPT, at=AT)


@pytest.mark.parametrize("again", [False, True])
async def test_the_browser_is_sent_with_state_and_challenge(again):
    provider = GitHubProvider("github", "GitHub", PUBLIC, Client("id", "secret"), FakeFetcher())
    address = await provider.address(ATTEMPT, again=again)
    assert address.startswith("https://github.com/login/oauth/authorize?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked == {
        "response_type": "code",
        "client_id": "id",
        "redirect_uri": "https://m.example/cb/github",
        "scope": "read:user user:email",
        "state": ATTEMPT.state,
        "code_challenge": ATTEMPT.challenge,
        "code_challenge_method": "S256",
        **({"prompt": "select_account"} if again else {}),
    }


async def test_the_person_is_the_number_and_the_name_is_shown():
    assert await person(answers()) == Person(
        issuer="https://github.com", subject="583231", hint="octocat", name="Mona"
    )


async def test_the_code_is_redeemed_with_its_verifier():
    fetcher = answers()
    await person(fetcher)
    assert fetcher.asked[0] == (
        TOKEN,
        {
            "client_id": "id",
            "client_secret": "secret",
            "code": "a code",
            "redirect_uri": "https://m.example/cb/github",
            "code_verifier": ATTEMPT.verifier,
        },
        {},
    )
    assert fetcher.asked[1][1]["authorization"] == "Bearer gho_1"


@pytest.mark.parametrize(
    ("emails", "hint"),
    [
        ([{"email": "mia@a.example", "primary": True, "verified": True}], "mia@a.example"),
        ([{"email": "mia@a.example", "primary": True, "verified": False}], "octocat"),
        ([{"email": "mia@a.example", "primary": False, "verified": True}], "octocat"),
        (["odd"], "octocat"),
    ],
)
async def test_only_the_primary_address_that_is_verified_there_is_shown(emails, hint):
    assert (await person(answers(**{EMAILS: {"items": emails}}))).hint == hint


@pytest.mark.parametrize("answer", [None, (403, {"message": "no"}), {"message": "no"}])
async def test_addresses_that_are_not_told_are_no_matter(answer):
    assert (await person(answers(**{EMAILS: answer}))).hint == "octocat"


@pytest.mark.parametrize("number", [None, "583231", 0, -1, True, 1.5])
async def test_who_has_no_number_is_nobody(number):
    with pytest.raises(TokenRefused, match="subject"):
        await person(answers(**{USER: MONA | {"id": number}}))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({TOKEN: {"error": "bad_verification_code"}}, ProviderDeclined),
        ({TOKEN: {"error": "incorrect_client_credentials"}}, ProviderUnavailable),
        ({TOKEN: {}}, ProviderUnavailable),
        ({TOKEN: {"access_token": "é"}}, ProviderUnavailable),
        ({TOKEN: (500, {"access_token": "gho_1"})}, ProviderUnavailable),
        ({TOKEN: None}, ProviderUnavailable),
        ({USER: None}, ProviderUnavailable),
        ({USER: (401, {"message": "Bad credentials"})}, ProviderUnavailable),
    ],
)
async def test_says_why_nobody_came(changes, refusal):
    with pytest.raises(refusal):
        await person(answers(**changes))


async def test_can_be_asked_when_it_answers_at_all():
    provider = GitHubProvider("github", "GitHub", PUBLIC, Client("id", "secret"), FakeFetcher())
    with pytest.raises(ProviderUnavailable):
        await provider.check()
    fetcher = FakeFetcher(**{"https://api.github.com": (401, {})})
    await GitHubProvider("github", "GitHub", PUBLIC, Client("id", "secret"), fetcher).check()


async def test_an_enterprise_server_is_an_issuer_of_its_own():
    base = "https://git.example"
    fetcher = FakeFetcher(
        **{
            f"{base}/login/oauth/access_token": {"access_token": "gho_1"},
            f"{base}/api/v3/user": MONA,
            f"{base}/api/v3/user/emails": {"items": []},
        }
    )
    assert (await person(fetcher, base)).issuer == base


def test_is_known_by_its_own_address_alone():
    provider = GitHubProvider("github", "GitHub", PUBLIC, Client("id", "secret"), FakeFetcher())
    assert [provider.may_issue_as(each) for each in (PUBLIC, "https://github.example")] == [True, False]


async def test_tells_neither_when_somebody_proved_it_nor_that_they_signed_out():
    provider = GitHubProvider("github", "GitHub", PUBLIC, Client("mooring", "a secret"), FakeFetcher())
    assert not provider.tells_when
    with pytest.raises(TokenRefused) as refused:
        await provider.logged_out("a token", at=AT)
    assert refused.value.why == "unsupported"

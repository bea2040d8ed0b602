"""The providers that an operator configured: each spoken to in its own way, and none asked yet."""

from mooring.server.foundation.sign_in_providers import SignInProvider
from mooring.server.identity.integrations.configured import providers_of
from mooring.server.identity.integrations.fetching import Fetcher
from mooring.server.identity.integrations.github import GitHubProvider
from mooring.server.identity.integrations.openid import OpenIdProvider
from tests.support.openid import FakeFetcher


def configured(name, kind, label, issuer, tenant=None):
    return SignInProvider(
        name=name,
        kind=kind,
        label=label,
        issuer=issuer,
        client_id="mooring",
        client_secret="a secret",
        tenant=tenant,
    )


def test_each_is_spoken_to_in_its_own_way_and_none_is_asked_yet():
    fetcher = FakeFetcher()
    found = providers_of(
        [
            configured("github", "github", "GitHub", "https://github.com"),
            configured("microsoft", "openid", "Microsoft", "https://login.example", "common"),
            configured("acme", "openid", "Acme ID", "https://id.example"),
        ],
        fetcher,
    )
    assert [(name, each.name, each.label) for name, each in found.items()] == [
        ("github", "github", "GitHub"),
        ("microsoft", "microsoft", "Microsoft"),
        ("acme", "acme", "Acme ID"),
    ]
    assert [type(each) for each in found.values()] == [GitHubProvider, OpenIdProvider, OpenIdProvider]
    assert found["acme"].may_issue_as("https://id.example")
    tenant = "9188040d-6c67-4c5b-b112-36a304b66dad"
    assert found["microsoft"].may_issue_as(f"https://login.example/{tenant}/v2.0")
    assert fetcher.asked == []


async def test_who_brings_no_fetcher_has_one_for_all():
    found = providers_of([configured("acme", "openid", "Acme ID", "https://id.example")])
    assert isinstance(found["acme"]._fetcher, Fetcher)
    await found["acme"]._fetcher.close()

"""The providers that an operator configured, ready to be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.integrations.fetching import Fetcher
from mooring.server.identity.integrations.github import GitHubProvider
from mooring.server.identity.integrations.openid import Client, OpenIdProvider

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mooring.server.foundation.sign_in_providers import SignInProvider
    from mooring.server.identity.ports.providers import Provider


def providers_of(configured: Iterable[SignInProvider], fetcher: Fetcher | None = None) -> dict[str, Provider]:
    """Return a provider for each that is ``configured``, by its name. Nobody is asked yet."""
    fetcher = fetcher or Fetcher()
    return {each.name: provider_of(each, fetcher) for each in configured}


def provider_of(configured: SignInProvider, fetcher: Fetcher) -> OpenIdProvider | GitHubProvider:
    """Return the provider that is ``configured``."""
    client = Client(configured.client_id, configured.client_secret)
    if configured.kind == "github":
        return GitHubProvider(configured.name, configured.label, configured.issuer, client, fetcher)
    return OpenIdProvider(
        configured.name, configured.label, configured.issuer, client, fetcher, tenant=configured.tenant
    )

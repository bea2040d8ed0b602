"""Signing in elsewhere: whether the providers that are configured can be asked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mooring.server.cli.upkeep.checks.finding import Finding
from mooring.server.identity.domain.federation.refusals import ProviderUnavailable
from mooring.server.identity.integrations.configured import provider_of
from mooring.server.identity.integrations.fetching import Fetcher

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mooring.server.foundation.settings import Settings
    from mooring.server.foundation.sign_in_providers import SignInProvider


def check_providers(settings: Settings, site: str) -> Sequence[Finding]:
    """Return what is found of each provider; nothing where none is configured."""
    return asyncio.run(_check_all(settings.oidc, settings.public_url or site)) if settings.oidc else []


async def _check_all(providers: Sequence[SignInProvider], site: str) -> Sequence[Finding]:
    fetcher = Fetcher()
    try:
        return await asyncio.gather(*(_check(provider, site, fetcher) for provider in providers))
    finally:
        await fetcher.close()


async def _check(configured: SignInProvider, site: str, fetcher: Fetcher) -> Finding:
    try:
        await provider_of(configured, fetcher).check()
    except ProviderUnavailable as refusal:
        setting = f"MOORING_OIDC_{configured.name.upper().replace('-', '_')}_ISSUER"
        return Finding(
            "sign_in",
            "problem",
            f"Nobody can sign in with {configured.label}: {refusal.why}.",
            f"See to the network and the proxy of this server, and to {setting}.",
        )
    callback = f"{site}/cb/{configured.name}"
    return Finding("sign_in", "ok", f"{configured.label} answers; it must send people back to {callback}.")

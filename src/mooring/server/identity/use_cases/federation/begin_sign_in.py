"""Begin to sign in at a provider: where the browser goes, and what it keeps until it comes back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mooring.core.instants import to_seconds
from mooring.server.identity.domain.federation.attempt import LONGEST_ONWARD, begin_attempt
from mooring.server.identity.domain.federation.refusals import ProviderUnknown
from mooring.server.identity.domain.session import NotFresh
from mooring.server.identity.use_cases.federation.messages import PURPOSE, Begun

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mooring.server.identity.domain.federation.attempt import Attempt
    from mooring.server.identity.domain.session import Session
    from mooring.server.identity.ports.providers import Provider
    from mooring.server.identity.ports.sealed_texts import SealedTexts


class BeginSignIn:
    """Sends people to providers. Nothing is kept here meanwhile: all of it is sealed, in their browser."""

    def __init__(self, providers: Mapping[str, Provider], sealed: SealedTexts) -> None:
        self._providers = providers
        self._sealed = sealed

    async def __call__(
        self,
        name: str,
        *,
        redirect_uri: str,
        onward: str,
        links: Session | None = None,
        again: bool = False,
        at: datetime,
    ) -> Begun:
        """Return where to go to sign in at the provider with this ``name``.

        With ``links`` the identity is added to the account that is signed in, in that session. With ``again``
        even who is signed in there is asked anew who they are. An ``onward`` that is too long to be kept
        is forgotten: they go to the front page.

        Raises:
            ProviderUnknown: there is none with this name.
            ProviderUnavailable: it cannot be reached now.
            NotFresh: whoever wants to add an identity must prove first who they are.
        """
        provider = self._providers.get(name)
        if provider is None:
            raise ProviderUnknown
        if links is not None and not links.is_fresh(at=at):
            raise NotFresh
        attempt = begin_attempt(
            name,
            redirect_uri=redirect_uri,
            onward=onward if len(onward) <= LONGEST_ONWARD else "/",
            links=None if links is None else links.id,
            again=again,
            at=at,
        )
        address = await provider.address(attempt, again=again)
        carried = self._sealed.seal(_written(attempt), PURPOSE)
        return Begun(label=provider.label, address=address, carried=carried)


def _written(attempt: Attempt) -> str:
    return json.dumps(
        [
            attempt.provider,
            attempt.state,
            attempt.nonce,
            attempt.verifier,
            attempt.redirect_uri,
            attempt.onward,
            attempt.links,
            to_seconds(attempt.began_at),
            attempt.again,
        ]
    )

"""List the identities of an account: the accounts elsewhere by which its owner signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.federation.identity import Identity
    from mooring.server.identity.ports.identities import Identities
    from mooring.server.identity.ports.providers import Provider


class ShownIdentity(NamedTuple):
    """An identity, and what people call its provider."""

    identity: Identity
    label: str
    proves_anew: bool
    """May its provider show that the person proved anew who they are?"""


class ListIdentities:
    """Lists identities."""

    def __init__(self, identities: Identities, providers: Mapping[str, Provider]) -> None:
        self._identities = identities
        self._providers = providers

    async def __call__(self, account_id: AccountId) -> Sequence[ShownIdentity]:
        """Return the account's identities, the first linked first."""
        async with self._identities.reading() as reader:
            found = await reader.identities_of(account_id)
        return [self._shown(each) for each in found]

    def _shown(self, identity: Identity) -> ShownIdentity:
        provider = self._providers.get(identity.provider)
        if provider is None:  # it may have been configured once
            return ShownIdentity(identity, identity.provider, proves_anew=False)
        return ShownIdentity(identity, provider.label, proves_anew=provider.tells_when)

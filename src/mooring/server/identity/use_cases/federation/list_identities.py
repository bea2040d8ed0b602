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


class ListIdentities:
    """Lists identities."""

    def __init__(self, identities: Identities, providers: Mapping[str, Provider]) -> None:
        self._identities = identities
        self._providers = providers

    async def __call__(self, account_id: AccountId) -> Sequence[ShownIdentity]:
        """Return the account's identities, the first linked first."""
        async with self._identities.reading() as reader:
            found = await reader.identities_of(account_id)
        return [ShownIdentity(each, self._label(each.provider)) for each in found]

    def _label(self, name: str) -> str:
        provider = self._providers.get(name)
        return name if provider is None else provider.label  # it may have been configured once

"""List grants: the devices that are signed in to an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.authorization.grant import Grant
    from mooring.server.identity.ports.authorizations import Authorizations


class ListGrants:
    """Lists signed-in devices."""

    def __init__(self, authorizations: Authorizations) -> None:
        self._authorizations = authorizations

    async def __call__(self, account_id: AccountId) -> Sequence[Grant]:
        """Return the account's grants that are good, last used first."""
        async with self._authorizations.reading() as reader:
            return await reader.grants_of(account_id)

"""End all grants: the owner of an account signs every device out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.authorization.grant import EndReason
from mooring.server.identity.use_cases.authorization.give_tokens import end_grant

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.ports.authorizations import Authorizations


class EndAllGrants:
    """Signs every device of an account out. What is activated on them stays so."""

    def __init__(self, authorizations: Authorizations) -> None:
        self._authorizations = authorizations

    async def __call__(self, account_id: AccountId, *, at: datetime) -> int:
        """End the account's grants, and return how many there were."""
        async with self._authorizations.reading() as reader:
            found = sorted(grant.id for grant in await reader.grants_of(account_id))
        ended = 0
        async with self._authorizations.changing() as writer:
            for grant_id in found:  # in this order for everybody, so that no two wait for each other
                grant = await writer.grant(grant_id)
                if grant is not None and grant.is_live:
                    await end_grant(writer, grant, EndReason.ENDED_BY_OWNER, at=at)
                    ended += 1
        return ended

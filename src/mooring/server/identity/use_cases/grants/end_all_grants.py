"""End all grants: the owner of an account signs every device out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.authorization.grant import EndReason
from mooring.server.identity.use_cases.authorization.give_tokens import end_grant

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.ports.authorizations import Authorizations, AuthorizationWriter


class EndAllGrants:
    """Signs every device of an account out. What is activated on them stays so."""

    def __init__(self, authorizations: Authorizations) -> None:
        self._authorizations = authorizations

    async def __call__(self, account_id: AccountId, *, at: datetime) -> int:
        """End the account's grants, and return how many there were."""
        async with self._authorizations.changing() as writer:
            return await end_all_grants(writer, account_id, at=at)


async def end_all_grants(writer: AuthorizationWriter, account_id: AccountId, *, at: datetime) -> int:
    """End the account's grants, and return how many there were.

    A device that was let in but did not come yet does not come after this either.
    """
    await writer.take_back_from(account_id, at=at)  # before the grants are found: one may just begin
    ended = 0
    for grant_id in sorted(grant.id for grant in await writer.grants_of(account_id)):
        # In this order for everybody, so that no two wait for each other.
        grant = await writer.grant(grant_id)
        if grant is not None and grant.is_live:
            await end_grant(writer, grant, EndReason.ENDED_BY_OWNER, at=at)
            ended += 1
    return ended

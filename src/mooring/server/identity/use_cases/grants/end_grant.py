"""End a grant: its owner signs a device out from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import NotFound
from mooring.server.identity.domain.authorization.grant import EndReason
from mooring.server.identity.use_cases.authorization.give_tokens import end_grant

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.authorization.grant import GrantId
    from mooring.server.identity.ports.authorizations import Authorizations


class EndGrant:
    """Signs a device out. Doing it again changes nothing."""

    def __init__(self, authorizations: Authorizations) -> None:
        self._authorizations = authorizations

    async def __call__(self, grant_id: GrantId, *, account_id: AccountId, at: datetime) -> None:
        """End the grant, if it is this account's.

        Raises:
            NotFound: It is not: whether another has it is never told.
        """
        async with self._authorizations.changing() as writer:
            grant = await writer.grant(grant_id)
            if grant is None or grant.account_id != account_id:
                raise NotFound
            await end_grant(writer, grant, EndReason.ENDED_BY_OWNER, at=at)

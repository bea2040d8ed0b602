"""Unlink an identity: it opens the account no more. The last way in stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import NotFound
from mooring.server.identity.domain.session import NotFresh
from mooring.server.identity.use_cases.accounts.still_signed_in import hold_account
from mooring.server.identity.use_cases.federation.telling import tell

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mooring.server.identity.domain.federation.identity import Identity
    from mooring.server.identity.ports.accounts import SignedIn
    from mooring.server.identity.ports.identities import Identities
    from mooring.server.identity.ports.providers import Provider


class UnlinkIdentity:
    """Removes identities from accounts."""

    def __init__(self, identities: Identities, providers: Mapping[str, Provider]) -> None:
        self._identities = identities
        self._providers = providers

    async def __call__(self, identity_id: str, signed_in: SignedIn, *, at: datetime) -> Identity:
        """Remove the identity from the account that is signed in, and return what it was.

        The sessions that it opened end, but for the one that asks.

        Raises:
            NotFresh: the person must prove first who they are.
            NotFound: the account has no such identity.
            LastWayIn: nobody could sign in to the account any more.
            SignInRequired: the session was ended meanwhile.
        """
        session = signed_in.session
        if not session.is_fresh(at=at):
            raise NotFresh
        async with self._identities.changing() as writer:
            account, ways = await hold_account(writer, session)
            known = await writer.identities_of(account.id)
            identity = next((each for each in known if each.id == identity_id), None)
            if identity is None:
                raise NotFound
            ways.check_one_can_go()
            await writer.remove_identity(identity.id, keep=session.id)
            provider = self._providers.get(identity.provider)
            label = identity.provider if provider is None else provider.label
            await tell(writer, account, "identity_removed", label, identity, at=at)
            return identity

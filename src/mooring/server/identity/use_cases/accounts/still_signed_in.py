"""Still signed in: whoever changes an account is so until the change is kept, and not only when it began."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.refusals import SignInRequired

if TYPE_CHECKING:
    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.session import Session
    from mooring.server.identity.domain.ways_in import WaysIn
    from mooring.server.identity.ports.accounts import AccountWriter


class Held(NamedTuple):
    """An account that nobody else changes until the block ends, and by what its owner can sign in."""

    account: Account
    ways: WaysIn


async def hold_account(writer: AccountWriter, session: Session) -> Held:
    """Return the account in ``session``. Nobody else changes it, or ends the session, until the block ends.

    What was looked at before, a password or a provider's answer, took its time: meanwhile the owner may have
    taken the account back. Then whoever is still busy in it must leave nothing behind.

    Raises:
        SignInRequired: The session was ended meanwhile.
    """
    ways = await writer.ways_in(session.account_id)
    account = await writer.account(session.account_id)
    if account is None or not await writer.has_session(session.id):
        raise SignInRequired
    return Held(account, ways)

"""A half session: somebody proved who they are with one thing, and a second is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from mooring.server.identity.domain.account import LOCAL
from mooring.server.identity.domain.session import PASSWORD

if TYPE_CHECKING:
    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.federation.identity import IdentityId

LASTS: Final = timedelta(minutes=10)


class HalfSessionEnded(Exception):
    """It took too long, or the account changed in between: the person begins anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfSession:
    """What a browser carries from the first proof to the second.

    Attributes:
        account_id: Whose account it is.
        at: When the first proof was given.
        method: With what, as in a session.
        identity_id: By which identity at a provider, if it was one.
        provider_session: The session at that provider.
    """

    account_id: AccountId
    at: datetime
    method: str = PASSWORD
    identity_id: IdentityId | None = None
    provider_session: str | None = None

    def check_live(self, *, at: datetime) -> None:
        """Return only if the second proof may still be given at ``at``.

        Raises:
            HalfSessionEnded: It took too long.
        """
        if not self.at <= at < self.at + LASTS:
            raise HalfSessionEnded

    def check_password(self, changed_at: datetime | None) -> None:
        """Return only if the password that was typed is still the account's, last changed at ``changed_at``.

        Raises:
            HalfSessionEnded: There is another since, or none.
        """
        if self.method == PASSWORD and (changed_at is None or changed_at > self.at):
            raise HalfSessionEnded

    def check_identity(self, account: Account) -> None:
        """Return only if the identity by which it was begun still opens ``account``, read as signed in by it.

        Raises:
            HalfSessionEnded: It was removed since: whoever took the account back locked that way in out.
        """
        if self.identity_id is not None and account.provider == LOCAL:
            raise HalfSessionEnded

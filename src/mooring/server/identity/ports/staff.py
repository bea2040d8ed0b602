"""Where it is kept who works here, who is invited to, and what became of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from mooring.server.identity.ports.accounts import NO_DETAIL
from mooring.server.identity.ports.credentials import CredentialReader, CredentialWriter

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.staff.invitation import Invitation, InvitationId
    from mooring.server.identity.domain.staff.roles import Role


class Known(NamedTuple):
    """An account as those who run the server see it."""

    account: Account
    authenticator: bool
    """Does signing in with the password ask for a code?"""
    passkeys: int
    last_seen_at: datetime | None
    """When they last used a session that is still kept."""


class Act(NamedTuple):
    """Something that was done about who works here."""

    id: str
    at: datetime
    kind: str
    by: str | None
    """The account that did it, as its owner knows it; none: an operator did, or the account is gone."""
    by_operator: bool
    of: str | None
    """The account that it was done to; none: none yet, or it is gone."""
    detail: Mapping[str, object]


class StaffReader(CredentialReader, Protocol):
    """Reads."""

    async def account_at(self, email_key: str) -> Account | None:
        """Return the account whose address has this key, however its owner signs in."""
        ...

    async def staff(self) -> Sequence[Known]:
        """Return who works here, who has an account for longest first."""
        ...

    async def accounts_after(self, account_id: AccountId | None, *, limit: int) -> Sequence[Known]:
        """Return up to ``limit`` accounts that were made after this one, the first first."""
        ...

    async def invitations(self) -> Sequence[Invitation]:
        """Return the invitations that were not accepted or undone, the latest first; some may have ended."""
        ...

    async def invitation(self, token_hash: bytes) -> Invitation | None:
        """Return the invitation with this token, whether it has ended or not."""
        ...

    async def acts(self, *, limit: int) -> Sequence[Act]:
        """Return up to ``limit`` acts, the latest first."""
        ...


class StaffWriter(StaffReader, CredentialWriter, Protocol):
    """Changes it within one transaction. An invitation that it finds by its token it locks."""

    async def owners(self) -> Collection[AccountId]:
        """Return all owners. Nobody else changes who they are until the block ends."""
        ...

    async def save_role(self, account_id: AccountId, role: Role | None) -> None:
        """Keep what the account's owner is here; none: a customer."""
        ...

    async def add_invitation(self, invitation: Invitation) -> None:
        """Keep a new invitation."""
        ...

    async def remove_invitation(self, invitation_id: InvitationId) -> Invitation | None:
        """Remove an invitation and return it, if there is one."""
        ...

    async def remove_invitations_to(self, email_key: str) -> Sequence[Invitation]:
        """Remove the invitations of this address, and return them."""
        ...

    async def remove_invitations_by(self, account_id: AccountId) -> Sequence[Invitation]:
        """Remove the invitations that this account made, and return them."""
        ...

    async def forget_invitations(self, *, at: datetime, most: int) -> int:
        """Remove at most ``most`` invitations that have ended; return how many there were."""
        ...

    async def note(
        self,
        what: str,
        *,
        by: AccountId | None,
        of: AccountId | None = None,
        detail: Mapping[str, object] = NO_DETAIL,
        at: datetime,
    ) -> None:
        """Write down what one of the staff did, to which account; ``by`` none: an operator did."""
        ...


class StaffRooms(Protocol):
    """Where it is kept."""

    def reading(self) -> AbstractAsyncContextManager[StaffReader]:
        """Open a view of what is kept."""
        ...

    def changing(self) -> AbstractAsyncContextManager[StaffWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        ...

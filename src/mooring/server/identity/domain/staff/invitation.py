"""An invitation: a link by which the owner of a mailbox becomes one of the staff."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NewType

from mooring.server.identity.domain.staff.roles import Role, role_of

if TYPE_CHECKING:
    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.email_address import EmailAddress

InvitationId = NewType("InvitationId", str)

LASTS: Final = timedelta(days=7)


class InvitationOver(Exception):
    """The link is worth nothing: accepted, undone, too old, replaced by another, or never sent."""


class InvitationForAnother(Exception):
    """The invitation went to another address than the one of who is signed in."""

    def __init__(self, masked: str) -> None:
        super().__init__(masked)
        self.masked = masked


class AddressUnproven(Exception):
    """The account has the address that was invited, but nobody has proven that it is theirs."""


class WorksHere(Exception):
    """The person with this address is one of the staff already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An invitation that is open: it is gone when it was accepted or undone.

    Attributes:
        id: Its identifier; no secret.
        token_hash: The keyed hash of what its link carries.
        email: The address it is for.
        role: What who accepts it will be, as it is kept; see ``gives``.
        invited_by: Whose word it is. It counts for as long as they may give it.
        created_at: When it was made.
        ends_at: When it is worth nothing any more.
    """

    id: InvitationId
    token_hash: bytes = field(repr=False)
    email: EmailAddress
    role: str
    invited_by: AccountId
    created_at: datetime
    ends_at: datetime

    @property
    def gives(self) -> Role | None:
        """The role that it gives; none: one of a later release, which nobody gets here."""
        return role_of(self.role)

    def check_open(self, *, at: datetime) -> Role:
        """Return what it gives, if it may be accepted at ``at``.

        Raises:
            InvitationOver: It is too old, or to a role that is not known here.
        """
        if self.gives is None or not self.created_at <= at < self.ends_at:
            raise InvitationOver
        return self.gives

    def check_for(self, account: Account, *, proven: bool) -> None:
        """Return only if the owner of ``account`` is who it is for.

        ``proven``: they must have proven to read that mailbox. Where no mail can be sent nobody could, and
        who made the invitation handed its link over.

        Raises:
            InvitationForAnother: The account has another address, or none.
            AddressUnproven: Nobody has proven so far that the address is theirs.
            InvitationOver: They work here already.
        """
        if account.email is None or account.email.key != self.email.key:
            raise InvitationForAnother(self.email.masked)
        if proven and account.verified_at is None:
            raise AddressUnproven
        if account.staff_role is not None:
            raise InvitationOver

"""A handover: a license that its holder offers to somebody else, and who may still change that."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NewType, Self

from mooring.core.identifiers import new_ordered_identifier
from mooring.core.refusals import LinkNotAllowed, MoveNotAllowed, NotFound
from mooring.server.licensing.domain.channels import Link
from mooring.server.licensing.domain.holder import Holder
from mooring.server.licensing.domain.linking import check_holds, check_may_move

if TYPE_CHECKING:
    from mooring.core.identifiers import AccountId, LicenseId
    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.domain.new_holders.addressee import Addressee

HandoverId = NewType("HandoverId", str)

HANDOVER = "hnd"
LASTS = timedelta(days=7)
"""How long an offer can be accepted."""
KEPT = timedelta(days=30)
"""How long it is known what became of an offer; then its addresses go, too."""


class Outcome(StrEnum):
    """What became of an offer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    UNDONE = "undone"
    LAPSED = "lapsed"
    """Nobody answered, or its giver no longer held the license."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """An offer of a license.

    Attributes:
        id: Its identifier.
        license_id: What is offered.
        giver: Who offers it.
        giver_shown: The giver as the receiver sees them: their address, if they proved it, else masked.
        to: Whom it is offered to.
        language: The language of the mails to them.
        offered_at: When.
        ends_at: Until when it can be accepted.
        ended_at: When that was over; none while it is open.
        outcome: What became of it.
        receiver: Who accepted it.
    """

    id: HandoverId
    license_id: LicenseId
    giver: AccountId
    giver_shown: str = field(repr=False)
    to: Addressee
    language: str
    offered_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    receiver: AccountId | None = None

    def stands(self, license_: License, *, at: datetime) -> bool:
        """Whether it can be accepted at ``at``: in time, and its giver held ``license_`` all the while.

        So it falls with whatever takes the license from its giver, be it unlinking or the end of the account.
        """
        holder = license_.holder
        return (
            self.ended_at is None
            and at < self.ends_at
            and holder is not None
            and holder.account.id == self.giver
            and holder.is_confirmed(at=at)
            and holder.since <= self.offered_at
        )

    def ended(self, outcome: Outcome, *, at: datetime, receiver: AccountId | None = None) -> Self:
        """Return it ended so."""
        return replace(self, ended_at=at, outcome=outcome, receiver=receiver)


def offer(
    license_: License, giver: AccountRef, giver_shown: str, to: Addressee, *, language: str, at: datetime
) -> Handover:
    """Return the offer of ``license_`` to ``to``.

    Raises:
        NotFound: ``giver`` does not hold it.
        HolderProvisional: They do, but have not shown that it is their own.
        LicenseSuspended, LicenseRevoked, LicenseExpired: It cannot be used.
        LinkNotAllowed: The policy keeps it with the organization.
        MoveNotAllowed: The policy ties it to its first device.
    """
    check_may_move(license_, giver, at=at)
    check_can_change_hands(license_, at=at)
    # The server at which the giver became holder may be ahead: the offer would fall with its own beginning.
    offered_at = max(at, check_holds(license_, giver).since)
    return Handover(
        id=HandoverId(new_ordered_identifier(HANDOVER, at)),
        license_id=license_.id,
        giver=giver.id,
        giver_shown=giver_shown,
        to=to,
        language=language,
        offered_at=offered_at,
        ends_at=at + LASTS,
    )


def check_can_change_hands(license_: License, *, at: datetime) -> None:
    """Return only if the license's terms let it go to another person, and it is worth something at ``at``.

    One that belongs to its first device would be of no use to anybody else.

    Raises:
        LicenseSuspended, LicenseRevoked, LicenseExpired: It cannot be used.
        LinkNotAllowed: The policy keeps it with the organization.
        MoveNotAllowed: The policy ties it to its first device.
    """
    license_.check_activatable(at=at)
    if license_.offer.policy.link == Link.NO:
        raise LinkNotAllowed
    if license_.offer.policy.moves == 0:
        raise MoveNotAllowed


def handed_over(license_: License, handover: Handover, receiver: AccountRef, *, at: datetime) -> License:
    """Return ``license_`` with ``receiver`` as its holder, for good: the giver was, and gave it.

    No key opens it any more: whoever had it before knows that one, and would have the license again as soon
    as its new holder unlinks it.

    Raises:
        NotFound: The offer does not stand any more.
        LicenseSuspended, LicenseRevoked, LicenseExpired, LinkNotAllowed, MoveNotAllowed: What it is now can
            change hands no more.
    """
    if not handover.stands(license_, at=at):
        raise NotFound
    check_can_change_hands(license_, at=at)
    return replace(license_, holder=Holder.at_once(receiver, device_id=None, at=at), last_five=None)

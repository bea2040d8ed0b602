"""What doors hand to the use cases of handovers, and what they get back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import LicenseId
    from mooring.server.licensing.domain.new_holders.addressee import Addressee
    from mooring.server.licensing.use_cases.holders.messages import CanMove, HeldLicense

Role = Literal["giver", "receiver"]


@dataclass(frozen=True, slots=True)
class Wish:
    """A holder wants to hand a license over.

    Attributes:
        license_id: Which.
        to: To whom.
        language: The language of the mail to them, if nobody knows theirs.
    """

    license_id: LicenseId
    to: Addressee
    language: str


@dataclass(frozen=True, slots=True)
class MyHandover:
    """An open offer, as its giver and its receiver see it. It can be written as JSON as it is.

    ``can_move`` says whether another computer can take a seat of it now, and how often from then on; ``held``
    is how many devices would give theirs up.
    """

    id: str
    role: Role
    license: HeldLicense
    giver: str
    receiver: str
    offered_at: datetime
    ends_at: datetime
    seats: int
    held: int
    expires_at: datetime | None
    can_move: CanMove


@dataclass(frozen=True, slots=True)
class Offered:
    """A license is offered; ``created`` tells whether it was not before."""

    handover: MyHandover
    created: bool

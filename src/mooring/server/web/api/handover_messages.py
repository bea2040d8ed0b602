"""What people who signed in say over HTTP to hand a license over, and what they are answered."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from mooring.server.web.api.holder_messages import CanMoveView, HeldLicenseView
from mooring.server.web.api.messages import END, Line

LicenseIdText = Annotated[str, Meta(pattern="^lic_[0-7][0-9a-hjkmnp-tv-z]{25}" + END)]
AddressText = Annotated[Line, Meta(min_length=3, max_length=254)]


class OfferMessage(msgspec.Struct, kw_only=True):
    """A holder offers a license to whoever reads the mailbox ``to``."""

    license_id: LicenseIdText
    to: AddressText


class HandoverAnswer(msgspec.Struct, kw_only=True):
    """An open offer.

    ``role`` is the account's own. ``can_move`` says whether another computer can take a seat of the license
    now; ``held`` is how many devices give theirs up once it is accepted.
    """

    id: str
    role: Literal["giver", "receiver"]
    license: HeldLicenseView
    giver: str
    receiver: str
    offered_at: datetime
    ends_at: datetime
    seats: int
    held: int
    expires_at: datetime | None
    can_move: CanMoveView


class HandoversAnswer(msgspec.Struct, kw_only=True):
    """A page of open offers, the earliest first."""

    items: list[HandoverAnswer]
    next_cursor: str | None

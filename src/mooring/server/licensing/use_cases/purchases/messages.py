"""What doors hand to the use cases of purchases, and what they get back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.refusals import Refusal
    from mooring.server.licensing.domain.new_holders.addressee import Addressee
    from mooring.server.licensing.use_cases.holders.messages import HeldLicense, MyLicense


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Somebody wants what was sold to an address.

    Attributes:
        to: The address, as typed.
        place: The network address it is asked for from.
        language: The language of who asks.
    """

    to: Addressee
    place: str
    language: str


class Waiting(NamedTuple):
    """A license that waits for who reads a mailbox."""

    license: HeldLicense
    seats: int
    expires_at: datetime | None


class FoundByLink(NamedTuple):
    """What a mailed link leads to."""

    address: str
    """The address that the mail went to."""
    licenses: list[Waiting]


class ClaimResult(NamedTuple):
    """What became of one license: it is the account's now, or why not."""

    product_name: str
    license: MyLicense | None
    refusal: Refusal | None

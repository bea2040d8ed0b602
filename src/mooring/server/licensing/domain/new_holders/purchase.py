"""A purchase: a license that was sold to an e-mail address, and is claimed by proving that address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mooring.core.refusals import AlreadyLinked, LinkNotAllowed, Refusal
from mooring.server.licensing.domain.channels import Link
from mooring.server.licensing.domain.linking import Shown, linked

if TYPE_CHECKING:
    from mooring.core.identifiers import LicenseId
    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.domain.license import License
    from mooring.server.licensing.domain.new_holders.addressee import Addressee

LINK_LASTS = timedelta(days=7)
"""How long the link in a mail is good; another can be asked for at any time."""
MOST_AT_ONCE = 50
"""The most licenses of one address that are shown and claimed at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """A license waits for the person who reads a mailbox.

    Attributes:
        license_id: The license.
        to: The address that it was sold to.
        language: The language of the mails there.
        sold_at: When that was written down.
    """

    license_id: LicenseId
    to: Addressee
    language: str
    sold_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLink:
    """What the link in a mail stands for: whoever has it reads that mailbox.

    Attributes:
        to: The address that the mail went to.
        created_at: When.
        ends_at: When it is worth nothing any more.
        used_at: When it was used; none so far.
    """

    to: Addressee
    created_at: datetime
    ends_at: datetime
    used_at: datetime | None = None

    def is_open(self, *, at: datetime) -> bool:
        """Whether it may be used at ``at``."""
        return self.used_at is None and at < self.ends_at


def check_claimable(license_: License, *, at: datetime) -> None:
    """Return only if the license can be claimed at ``at``, by whomever.

    Raises:
        LicenseSuspended, LicenseRevoked, LicenseExpired: It cannot be used.
        LinkNotAllowed: The policy keeps it with the organization.
        AlreadyLinked: An account holds it already, and for good.
    """
    license_.check_activatable(at=at)
    if license_.offer.policy.link == Link.NO:
        raise LinkNotAllowed
    if license_.holder is not None and license_.holder.is_confirmed(at=at):
        raise AlreadyLinked(license_.holder.account.masked)


def is_claimable(license_: License, *, at: datetime) -> bool:
    """Tell whether the license can be claimed at ``at``, by whomever."""
    try:
        check_claimable(license_, at=at)
    except Refusal:
        return False
    return True


def claimed(license_: License, account: AccountRef, *, in_use: bool, at: datetime) -> License:
    """Return ``license_`` held by ``account``, whose address it was sold to.

    The address is worth what the key is worth, and no more: a buyer who sold the license on still reads that
    mailbox. So where somebody uses the license the claim is provisional, and a confirmed holder stays.

    Raises:
        LicenseSuspended, LicenseRevoked, LicenseExpired: It cannot be used.
        LinkNotAllowed: The policy keeps it with the organization.
        AlreadyLinked: Another account holds it.
    """
    license_.check_activatable(at=at)
    return linked(license_, account, Shown(key=True, device_id=None, in_use=in_use), at=at)

"""A license: the right that a key stands for, and the terms it was sold under."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from mooring.core.refusals import LicenseExpired, LicenseRevoked, LicenseSuspended
from mooring.server.licensing.domain.channels import Channel

if TYPE_CHECKING:
    from mooring.core.identifiers import EditionId, LicenseId, ProductId
    from mooring.server.licensing.domain.holder import Holder
    from mooring.server.licensing.domain.policy import Policy


class Standing(StrEnum):
    """What the publisher says of a license."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Offer:
    """What is sold, by whom, under which terms.

    ``entitlements`` are the slugs of the edition's features, in the order the edition names them.
    """

    issuer: str
    product_id: ProductId
    product_slug: str
    product_name: str
    edition_id: EditionId
    edition_slug: str
    entitlements: tuple[str, ...]
    policy: Policy


@dataclass(frozen=True, slots=True)
class License:
    """The right to run an edition on so many devices at once.

    Attributes:
        id: Its identifier.
        offer: What was sold.
        standing: What the publisher says of it.
        seats_sold: Seats where they differ from the policy's; none follows the policy.
        expires_at: When the term ends; none until the first activation of a term counted from there.
        first_activated_at: When a seat was taken for the first time.
        held: Seats held now.
        takings: Seats ever taken by a computer that did not hold one.
        moved: How many of the takings were moves.
        last_five: The end of the product key; none where no key opens it: a trial, or handed over.
        created_at: When it was minted, imported or began as a trial.
        holder: The account that it is linked to; none while it is not.
    """

    id: LicenseId
    offer: Offer
    standing: Standing
    seats_sold: int | None
    expires_at: datetime | None
    first_activated_at: datetime | None
    held: int
    takings: int
    moved: int
    last_five: str | None
    created_at: datetime
    holder: Holder | None = None

    @property
    def seats(self) -> int:
        """How many devices may hold it at once."""
        return self.offer.policy.seats if self.seats_sold is None else self.seats_sold

    @property
    def is_trial(self) -> bool:
        """Whether it lets somebody try the product."""
        return self.offer.policy.channel == Channel.TRIAL

    @property
    def renewable_until(self) -> datetime | None:
        """When certificates end for good: the end of the term and of the grace for a late payment."""
        if self.expires_at is None:
            return None
        return self.expires_at + timedelta(days=self.offer.policy.payment_grace_days)

    def check_activatable(self, *, at: datetime) -> None:
        """Return only if a device may begin to use this license at ``at``.

        Raises:
            LicenseSuspended: The publisher suspended it.
            LicenseRevoked: The publisher revoked it.
            LicenseExpired: ``at`` is on or after ``expires_at``.
        """
        self._check_standing()
        if self.expires_at is not None and at >= self.expires_at:
            raise LicenseExpired(self.expires_at)

    def check_renewable(self, *, at: datetime) -> None:
        """Return only if a device that uses this license may go on at ``at``.

        Raises:
            LicenseSuspended: The publisher suspended it.
            LicenseRevoked: The publisher revoked it.
            LicenseExpired: The term and its payment grace are over at ``at``.
        """
        self._check_standing()
        if self.renewable_until is not None and at >= self.renewable_until:
            raise LicenseExpired(self.expires_at)

    def begun(self, *, at: datetime) -> Self:
        """Return this license with its term running, from its first activation on.

        An end that is set already (by ``extend``, say) stays.
        """
        if self.first_activated_at is not None:
            return self
        expires_at, valid_days = self.expires_at, self.offer.policy.valid_days
        if expires_at is None and valid_days is not None:
            expires_at = at + timedelta(days=valid_days)
        return replace(self, first_activated_at=at, expires_at=expires_at)

    def _check_standing(self) -> None:
        if self.standing == Standing.SUSPENDED:
            raise LicenseSuspended
        if self.standing == Standing.REVOKED:
            raise LicenseRevoked

"""The five channels a license is sold through, and the terms each one starts from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from mooring.core.hardware.matching import Tolerance

if TYPE_CHECKING:
    from collections.abc import Mapping


class Channel(StrEnum):
    """The named starting point of a policy."""

    RETAIL = "retail"
    OEM = "oem"
    VOLUME = "volume"
    SUBSCRIPTION = "subscription"
    TRIAL = "trial"


class Link(StrEnum):
    """Whether a personal account may, may not or must hold the license."""

    OFFERED = "offered"
    NO = "no"
    REQUIRED = "required"


METHODS: Mapping[Channel, str] = MappingProxyType(
    {
        Channel.RETAIL: "digital_license",
        Channel.OEM: "digital_license",
        Channel.VOLUME: "organization",
        Channel.SUBSCRIPTION: "subscription",
        Channel.TRIAL: "trial",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a license grants, for how long, and how far it may travel.

    Attributes:
        channel: The channel these terms started from.
        seats: Devices that may hold the license at the same time.
        lease_seats: Leases (containers, builds) that may run at the same time, beside the seats.
        lease_hours: The longest a lease lasts.
        moves: Moves to other hardware within ``move_window_days``; none means unlimited.
        move_window_days: The days over which moves are counted.
        offline_days: The days a certificate lasts without reaching the server.
        valid_days: The days from first activation to the license's end; none means it never ends.
        payment_grace_days: The days a license still runs after its paid period, while a payment is late.
        tolerance: How much a computer may change before it counts as another.
        link: Whether a personal account may hold it.
    """

    channel: Channel
    seats: int = 1
    lease_seats: int = 0
    lease_hours: int = 24
    moves: int | None = 0
    move_window_days: int = 365
    offline_days: int = 30
    valid_days: int | None = None
    payment_grace_days: int = 0
    tolerance: Tolerance = Tolerance.STANDARD
    link: Link = Link.OFFERED

    @property
    def method(self) -> str:
        """How an activation under these terms is described (the certificate's ``license.method``)."""
        return METHODS[self.channel]


DEFAULTS: Mapping[Channel, Terms] = MappingProxyType(
    {
        Channel.RETAIL: Terms(channel=Channel.RETAIL, moves=5),
        Channel.OEM: Terms(channel=Channel.OEM, offline_days=90),
        Channel.VOLUME: Terms(channel=Channel.VOLUME, seats=25, lease_seats=5, moves=None, link=Link.NO),
        Channel.SUBSCRIPTION: Terms(
            channel=Channel.SUBSCRIPTION,
            seats=3,
            lease_seats=1,
            moves=12,
            offline_days=14,
            valid_days=365,
            payment_grace_days=7,
            link=Link.REQUIRED,
        ),
        Channel.TRIAL: Terms(channel=Channel.TRIAL, offline_days=7, valid_days=30),
    }
)

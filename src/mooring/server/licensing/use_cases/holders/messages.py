"""What doors get back from the use cases of holders. Everything here can be written as JSON as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from mooring.core.identifiers import ActivationId, DeviceId, LicenseId

T = TypeVar("T")

MOST_ITEMS = 200
"""The most items of one page."""


class PageWish(NamedTuple):
    """Which page of a list is wanted: up to ``limit`` items that follow the one with the id ``after``."""

    after: str | None = None
    limit: int = 50


FIRST_PAGE = PageWish()


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list. ``next_cursor`` is the ``after`` of the next page; none on the last."""

    items: Sequence[T]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Linked:
    """The license is linked, or no longer: the activation as it is now, and its certificate."""

    activation: Mapping[str, object]
    certificate: str


@dataclass(frozen=True, slots=True)
class CanMove:
    """Whether the holder can move a license now; ``left`` is none where moves are not limited."""

    allowed: bool
    left: int | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class HeldLicense:
    """A license, as its holder knows it by name."""

    id: LicenseId
    product: str
    product_name: str
    edition: str
    channel: str
    last_five: str | None


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A computer, by the name it is shown under."""

    id: DeviceId
    name: str
    platform: str
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class SeatTaken:
    """A seat of a license, and the device that holds it since ``since``."""

    activation: ActivationId
    device: KnownDevice
    since: datetime


@dataclass(frozen=True, slots=True)
class MyLicense:
    """A license of the account.

    ``confirmed`` is false while its holder may still be refused, until ``provisional_until``: then it may
    not move or free seats. ``devices`` are those that the holder may know of; ``held`` counts all.
    """

    license: HeldLicense
    standing: str
    seats: int
    held: int
    expires_at: datetime | None
    linked_at: datetime
    confirmed: bool
    provisional_until: datetime | None
    can_move: CanMove
    devices: Sequence[SeatTaken]


@dataclass(frozen=True, slots=True)
class SeatOfMine:
    """A seat that one of the account's devices holds."""

    activation: ActivationId
    license: HeldLicense
    since: datetime
    can_move: CanMove


@dataclass(frozen=True, slots=True)
class MyDevice:
    """A device that holds at least one seat of the account's licenses."""

    device: KnownDevice
    seats: Sequence[SeatOfMine]


@dataclass(frozen=True, slots=True)
class MyEvent:
    """Something that happened to what the account holds; ``reason`` says why, or what was agreed to."""

    id: str
    at: datetime
    kind: str
    license: str | None
    device: str | None
    activation: str | None
    reason: str | None

"""What people who signed in say over HTTP, and what they are answered."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from mooring.core.privacy import DEVICE_NAME
from mooring.server.web.api.messages import (
    END,
    Accepts,
    ActivationView,
    DeviceMessage,
    Hardware,
    Line,
    Slug,
    TypedKey,
)

DeviceIdText = Annotated[str, Meta(pattern="^dev_[0-7][0-9a-hjkmnp-tv-z]{25}" + END)]
DeviceName = Annotated[Line, Meta(min_length=1, max_length=64)]


class LinkMessage(msgspec.Struct, kw_only=True):
    """A signed-in person links the license of this computer; with its key at once for good."""

    product_key: TypedKey | None = None
    accepts: Accepts | None = None


class ClaimMessage(msgspec.Struct, kw_only=True):
    """A signed-in person takes a license into their account by its key."""

    product_key: TypedKey


class DeviceNameMessage(msgspec.Struct, kw_only=True):
    """A holder names one of their devices, or, with ``consent``, a program tells what it is called."""

    name: DeviceName
    consent: Annotated[str, Meta(max_length=32, examples=[DEVICE_NAME])] | None = None


class CandidatesMessage(msgspec.Struct, kw_only=True):
    """A holder changed hardware: which of my devices was this?"""

    product: Slug
    hardware: Hardware
    edition: Slug | None = None


class ReactivationMessage(msgspec.Struct, kw_only=True):
    """A holder says which device they are using right now."""

    device_id: DeviceIdText
    product: Slug
    hardware: Hardware
    device: DeviceMessage
    edition: Slug | None = None
    accepts: Accepts | None = None


class AccountAnswer(msgspec.Struct, kw_only=True):
    """Who is signed in: ``masked`` is the account as it may be shown, ``provider`` where it lives."""

    id: str
    masked: str
    provider: str | None


class CanMoveView(msgspec.Struct, kw_only=True):
    """Whether the holder can move a license now; ``left`` is null where moves are not limited."""

    allowed: bool
    left: int | None
    next_at: datetime | None


class HeldLicenseView(msgspec.Struct, kw_only=True):
    """A license, as its holder knows it by name."""

    id: str
    product: str
    product_name: str
    edition: str
    channel: str
    last_five: str | None


class KnownDeviceView(msgspec.Struct, kw_only=True):
    """A computer, by the name it is shown under."""

    id: str
    name: str
    platform: str
    last_seen_at: datetime


class SeatTakenView(msgspec.Struct, kw_only=True):
    """A seat of a license, and the device that holds it."""

    activation: str
    device: KnownDeviceView
    since: datetime


class MyLicenseAnswer(msgspec.Struct, kw_only=True):
    """A license of the account; until it is ``confirmed`` its holder may not move or free seats."""

    license: HeldLicenseView
    standing: str
    seats: int
    held: int
    expires_at: datetime | None
    linked_at: datetime
    confirmed: bool
    provisional_until: datetime | None
    can_move: CanMoveView
    devices: list[SeatTakenView]


class SeatOfMineView(msgspec.Struct, kw_only=True):
    """A seat that a device holds."""

    activation: str
    license: HeldLicenseView
    since: datetime
    can_move: CanMoveView


class MyDeviceAnswer(msgspec.Struct, kw_only=True):
    """A device, and the seats of the account's licenses that it holds."""

    device: KnownDeviceView
    seats: list[SeatOfMineView]


class MyEventView(msgspec.Struct, kw_only=True):
    """Something that happened; ``reason`` says why, or what was agreed to."""

    id: str
    at: datetime
    kind: str
    license: str | None
    device: str | None
    activation: str | None
    reason: str | None


class MyLicensesAnswer(msgspec.Struct, kw_only=True):
    """A page of licenses."""

    items: list[MyLicenseAnswer]
    next_cursor: str | None


class MyDevicesAnswer(msgspec.Struct, kw_only=True):
    """A page of devices."""

    items: list[MyDeviceAnswer]
    next_cursor: str | None


class MyEventsAnswer(msgspec.Struct, kw_only=True):
    """A page of events, the latest first."""

    items: list[MyEventView]
    next_cursor: str | None


class FreedAnswer(msgspec.Struct, kw_only=True):
    """How many seats were freed."""

    freed: int


class CandidateView(msgspec.Struct, kw_only=True):
    """A device that this computer may have been, and why it is likely."""

    device: KnownDeviceView
    license: HeldLicenseView
    likely: bool
    reasons: list[str]
    costs_move: bool
    can_move: CanMoveView


class CandidatesAnswer(msgspec.Struct, kw_only=True):
    """The devices that this computer may have been, the likeliest first."""

    candidates: list[CandidateView]


class LinkAnswer(msgspec.Struct, kw_only=True):
    """The activation as it is now, and its installation's certificate."""

    activation: ActivationView
    certificate: str

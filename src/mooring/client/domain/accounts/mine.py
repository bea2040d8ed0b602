"""What the signed-in account holds: its devices and licenses, and what this computer may have been."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from mooring.client.domain.errors import ServerUnreachable
from mooring.client.domain.status import CanMove
from mooring.core.instants import format_instant
from mooring.core.jose.members import Members, WrongMember

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

T = TypeVar("T")

_MOST = 10_000
_MOST_REASONS = 20


class KnownDevice(NamedTuple):
    """A computer, by the name that it is shown under."""

    id: str
    name: str
    platform: str
    last_seen_at: datetime | None


class HeldLicense(NamedTuple):
    """A license, as its holder knows it by name."""

    id: str
    product: str
    product_name: str
    edition: str
    channel: str
    last_five: str | None


class Seat(NamedTuple):
    """A seat of a license that a device holds."""

    activation: str
    device: KnownDevice


class MyLicense(NamedTuple):
    """A license of the account.

    Attributes:
        license: which it is.
        standing: how it stands, such as `active` or `suspended`.
        seats: how many devices may use it at once.
        held: how many do.
        expires_at: when it ends; None if it does not.
        confirmed: whether the holder may move and free its seats; until then, from `provisional_until` on.
        can_move: whether it can move to other hardware now.
        devices: the devices that use it, as far as the holder may know them.
    """

    license: HeldLicense
    standing: str
    seats: int
    held: int
    expires_at: datetime | None
    confirmed: bool
    provisional_until: datetime | None
    can_move: CanMove
    devices: tuple[Seat, ...]

    @classmethod
    def read(cls, members: Members) -> MyLicense:
        """Return the license that ``members`` tell of, or raise WrongMember."""
        return cls(
            license=_license(members.object("license")),
            standing=members.text("standing"),
            seats=members.number("seats"),
            held=members.number("held"),
            expires_at=members.instant_or_none("expires_at"),
            confirmed=members.flag("confirmed"),
            provisional_until=members.instant_or_none("provisional_until"),
            can_move=_can_move(members.object("can_move")),
            devices=each_in(members, "devices", lambda seat: Seat(seat.text("activation"), _device(seat))),
        )

    def to_document(self) -> Any:  # noqa: ANN401 - a JSON object
        """Return the license as `licenses --json` prints it."""
        return _document(self)


class MyDevice(NamedTuple):
    """A device of the account, and the licenses whose seats it holds."""

    device: KnownDevice
    licenses: tuple[HeldLicense, ...]

    @classmethod
    def read(cls, members: Members) -> MyDevice:
        """Return the device that ``members`` tell of, or raise WrongMember."""
        return cls(_device(members), each_in(members, "seats", lambda seat: _license(seat.object("license"))))

    def to_document(self) -> Any:  # noqa: ANN401 - a JSON object
        """Return the device as `devices --json` prints it."""
        return _document(self)


class Candidate(NamedTuple):
    """A device that this computer may have been.

    Attributes:
        device: the device.
        license: the license whose seat it holds.
        likely: whether it is most likely this very computer.
        reasons: why, the strongest first, such as `same_disk`.
        costs_move: whether coming back as this device counts as a move.
        can_move: whether that is possible now.
    """

    device: KnownDevice
    license: HeldLicense
    likely: bool
    reasons: tuple[str, ...]
    costs_move: bool
    can_move: CanMove

    @classmethod
    def read(cls, members: Members) -> Candidate:
        """Return the candidate that ``members`` tell of, or raise WrongMember."""
        reasons = members.array("reasons", most=_MOST_REASONS)
        return cls(
            device=_device(members),
            license=_license(members.object("license")),
            likely=members.flag("likely"),
            reasons=tuple(each for each in reasons if isinstance(each, str) and each.isidentifier()),
            costs_move=members.flag("costs_move"),
            can_move=_can_move(members.object("can_move")),
        )

    def to_document(self) -> Any:  # noqa: ANN401 - a JSON object
        """Return the candidate as `reactivate --json` prints it."""
        return _document(self)


def read_answer(document: Mapping[str, object], read: Callable[[Members], T]) -> T:
    """Return what ``read`` makes of an answer.

    Raises:
        ServerUnreachable: the answer is not what was asked for.
    """
    try:
        return read(Members(dict(document)))
    except WrongMember as error:
        raise ServerUnreachable("its answer is not what was asked for") from error


def read_each(document: Mapping[str, object], name: str, read: Callable[[Members], T]) -> tuple[T, ...]:
    """Return what ``read`` makes of each item of the list ``name`` of an answer; raises as `read_answer`."""
    return read_answer(document, lambda members: each_in(members, name, read))


def each_in(members: Members, name: str, read: Callable[[Members], T]) -> tuple[T, ...]:
    """Return what ``read`` makes of each item of the list ``name`` of ``members``, or raise WrongMember."""
    items = members.array(name, most=_MOST)
    if not all(isinstance(each, dict) for each in items):
        raise members.wrong(name)
    return tuple(read(Members(each, f"{name}.")) for each in items)


def _device(members: Members) -> KnownDevice:
    device = members.object("device")
    return KnownDevice(
        device.text("id"),
        device.text("name"),
        device.text("platform"),
        device.instant_or_none("last_seen_at"),
    )


def _license(members: Members) -> HeldLicense:
    return HeldLicense(
        id=members.text("id"),
        product=members.text("product"),
        product_name=members.text("product_name"),
        edition=members.text("edition"),
        channel=members.text("channel"),
        last_five=members.text_or_none("last_five"),
    )


def _can_move(members: Members) -> CanMove:
    left = None if members.is_null("left") else members.number("left")
    return CanMove(members.flag("allowed"), left, members.instant_or_none("next_at"))


def _document(value: Any) -> Any:  # noqa: ANN401 - whatever a tuple of this module holds
    """Return a value of this module as JSON says it."""
    if hasattr(value, "_asdict"):
        return {name: _document(each) for name, each in value._asdict().items()}
    if isinstance(value, tuple):
        return [_document(each) for each in value]
    return format_instant(value) if hasattr(value, "tzinfo") else value

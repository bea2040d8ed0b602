"""What an account holds, as lines that a person reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from mooring.client.domain.activation_state import LINKABLE_CHANNELS
from mooring.core.wording.catalogue import ENGLISH, mark, translator
from mooring.core.wording.resemblance import resemblance
from mooring.core.wording.sentences import (
    CHANNEL_NAMES,
    PROVIDER_NAMES,
    STANDING_NAMES,
    SYSTEM_NAMES,
    day,
    move_sentence,
)

if TYPE_CHECKING:
    from mooring.client.domain.accounts.mine import Candidate, HeldLicense, MyDevice, MyLicense
    from mooring.client.domain.status import Account, CanMove, Status
    from mooring.core.descriptor import Descriptor

Facts: TypeAlias = tuple[tuple[str, str], ...]
"""Labels and values, in order; a value that is not known is left out."""

_NAME = mark("{product_name}, {edition} ({channel})")
_NAME_WITH_KEY = mark("{product_name}, {edition} ({channel}, key ending in {last_five})")
_SEATS = mark("{held} of {seats} taken")
_SEATS_BY = mark("{held} of {seats} taken: {devices}")
_ONE_MOVE = mark("one move")

_CAN_MOVE = mark("Can it move")
_COSTS = mark("Costs")
_ENDS = mark("Ends")
_LAST_SEEN = mark("Last seen")
_LICENSE = mark("License")
_RESEMBLES = mark("Resembles it")
_SEATS_LABEL = mark("Seats")
_STATE = mark("State")
_SYSTEM = mark("System")
_UNCONFIRMED = mark("Not confirmed until")
_USES = mark("Uses")


def account_name(account: Account) -> str:
    """Return an account as its owner knows it: masked, and with whom it is."""
    provider = PROVIDER_NAMES.get(account.provider or "")
    # Where no address is proven, the provider's name stands for the account.
    return f"{account.masked} ({provider})" if provider and provider != account.masked else account.masked


def license_name(held: HeldLicense, descriptor: Descriptor, language: str = ENGLISH) -> str:
    """Return a license by the names that its holder knows."""
    message, say = _NAME_WITH_KEY if held.last_five else _NAME, translator(language).gettext
    channel = say(CHANNEL_NAMES.get(held.channel, held.channel))
    named = held._replace(edition=_edition_name(held, descriptor), channel=channel)
    return say(message).format(**named._asdict())


def license_facts(mine: MyLicense, language: str) -> Facts:
    """Return labels and values of a license."""
    say = translator(language).gettext
    standing = say(STANDING_NAMES.get(mine.standing, mine.standing))
    devices = ", ".join(seat.device.name for seat in mine.devices)
    seats = say(_SEATS_BY if devices else _SEATS)
    return _known(
        (say(_STATE), "" if mine.standing == "active" else standing),
        (say(_SEATS_LABEL), seats.format(held=mine.held, seats=mine.seats, devices=devices)),
        (say(_ENDS), day(mine.expires_at) if mine.expires_at else ""),
        (say(_CAN_MOVE), movable(mine.can_move, language)),
        (say(_UNCONFIRMED), day(mine.provisional_until) if mine.provisional_until else ""),
    )


def device_facts(mine: MyDevice, descriptor: Descriptor, language: str) -> Facts:
    """Return labels and values of a device."""
    say, device = translator(language).gettext, mine.device
    return _known(
        (say(_SYSTEM), SYSTEM_NAMES.get(device.platform, device.platform)),
        (say(_LAST_SEEN), day(device.last_seen_at) if device.last_seen_at else ""),
        (say(_USES), "; ".join(license_name(each, descriptor, language) for each in mine.licenses)),
    )


def candidate_facts(candidate: Candidate, descriptor: Descriptor, language: str) -> Facts:
    """Return labels and values of a device that this computer may have been."""
    say, device = translator(language).gettext, candidate.device
    can_come = candidate.can_move.allowed or not candidate.costs_move
    costs = candidate.costs_move and candidate.can_move.left is not None
    return _known(
        (say(_RESEMBLES), resemblance(candidate.reasons, language=language)),
        (say(_LAST_SEEN), day(device.last_seen_at) if device.last_seen_at else ""),
        (say(_LICENSE), license_name(candidate.license, descriptor, language)),
        (say(_CAN_MOVE), "" if can_come else movable(candidate.can_move, language)),
        (say(_COSTS), say(_ONE_MOVE) if costs else ""),
    )


def movable(can_move: CanMove, language: str) -> str:
    """Return whether a license can move along, as a sentence."""
    allowed, left, next_at = can_move
    return move_sentence(allowed=allowed, left=left, next_at=next_at, language=language)


def can_be_linked(status: Status) -> bool:
    """Tell whether the person may be offered to link the license that is used here."""
    held = status.license
    return (
        status.activated
        and not status.linked
        and held is not None
        and held.channel in LINKABLE_CHANNELS
        and status.method != "lease"
    )


def _edition_name(held: HeldLicense, descriptor: Descriptor) -> str:
    """Return what an edition is called; of another product than this program's only its slug is known."""
    own = descriptor.editions.get(held.edition) if held.product == descriptor.product else None
    return own.name if own else held.edition.replace("-", " ").capitalize()


def _known(*facts: tuple[str, str]) -> Facts:
    return tuple(fact for fact in facts if fact[1])

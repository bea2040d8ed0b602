"""What an account holds, as lines that a person reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.domain.activation_state import LINKABLE_CHANNELS
from mooring.core.wording.resemblance import resemblance
from mooring.core.wording.sentences import PROVIDER_NAMES, day, move_sentence

if TYPE_CHECKING:
    from mooring.client.domain.accounts.mine import Candidate, HeldLicense, MyDevice, MyLicense
    from mooring.client.domain.status import Account, CanMove, Status


def account_name(account: Account) -> str:
    """Return an account as its owner knows it: masked, and with whom it is."""
    provider = PROVIDER_NAMES.get(account.provider or "")
    return f"{account.masked} ({provider})" if provider else account.masked


def license_name(held: HeldLicense) -> str:
    """Return a license by the names that its holder knows."""
    key = f", key ending in {held.last_five}" if held.last_five else ""
    return f"{held.product_name}, {held.edition} ({held.channel}{key})"


def license_rows(mine: MyLicense, language: str) -> tuple[tuple[str, str], ...]:
    """Return labels and values of a license; a value that is not known is empty."""
    devices = ", ".join(seat.device.name for seat in mine.devices)
    return (
        ("Id", mine.license.id),
        ("State", "" if mine.standing == "active" else mine.standing),
        ("Seats", f"{mine.held} of {mine.seats} taken{f': {devices}' if devices else ''}"),
        ("Ends", day(mine.expires_at) if mine.expires_at else ""),
        ("Can it move", _movable(mine.can_move, language)),
        ("Not confirmed until", day(mine.provisional_until) if mine.provisional_until else ""),
    )


def device_rows(mine: MyDevice) -> tuple[tuple[str, str], ...]:
    """Return labels and values of a device."""
    device = mine.device
    return (
        ("Id", device.id),
        ("System", device.platform),
        ("Last seen", day(device.last_seen_at) if device.last_seen_at else ""),
        ("Uses", "; ".join(license_name(each) for each in mine.licenses)),
    )


def candidate_rows(candidate: Candidate, language: str) -> tuple[tuple[str, str], ...]:
    """Return labels and values of a device that this computer may have been."""
    device = candidate.device
    movable = candidate.can_move.allowed or not candidate.costs_move
    return (
        ("Id", device.id),
        ("Resembles it", resemblance(candidate.reasons, language=language)),
        ("Last seen", day(device.last_seen_at) if device.last_seen_at else ""),
        ("License", license_name(candidate.license)),
        ("Can it move", "" if movable else _movable(candidate.can_move, language)),
        ("Costs", "one move" if candidate.costs_move and candidate.can_move.left is not None else ""),
    )


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


def _movable(can_move: CanMove, language: str) -> str:
    allowed, left, next_at = can_move
    return move_sentence(allowed=allowed, left=left, next_at=next_at, language=language)

"""A policy: the terms an edition is licensed under, by name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mooring.core.hardware.matching import Tolerance
from mooring.server.licensing.domain.channels import DEFAULTS, Channel, Terms
from mooring.server.licensing.domain.obstacles import ValueRefused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mooring.core.identifiers import EditionId, PolicyId

DEFAULT_POLICY = "default"

# Statements end 400 days after their key stops signing (domain/signing.py), and no certificate may outlive
# its statement: a longer offline period would make the last certificates of a key unverifiable.
LONGEST_OFFLINE_DAYS = 400

_BOUNDS: Mapping[str, tuple[int, int]] = {
    "seats": (1, 1_000_000),
    "lease_seats": (0, 1_000_000),
    "lease_hours": (1, 720),
    "moves": (0, 1_000_000),
    "move_window_days": (1, 3650),
    "offline_days": (1, LONGEST_OFFLINE_DAYS),
    "valid_days": (1, 36_500),
    "payment_grace_days": (0, 365),
}
_MAY_BE_NONE = frozenset({"moves", "valid_days"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Terms):
    """An edition's terms under a name; licenses point to it and follow its changes."""

    id: PolicyId
    edition_id: EditionId
    name: str
    created_at: datetime


def terms_for(channel: str, changes: Mapping[str, int | str | None]) -> Terms:
    """Return the channel's terms with ``changes`` (named as in :class:`Terms`) put over them.

    Raises:
        ValueRefused: The channel is unknown, or a value is out of its bounds.
    """
    try:
        terms = DEFAULTS[Channel(channel)]
    except ValueError:
        raise ValueRefused(
            f"“{channel}” is not a channel.", f"Choose one of: {', '.join(Channel)}."
        ) from None
    checked = {name: _checked(name, value) for name, value in changes.items()}
    return replace(terms, **checked)  # type: ignore[arg-type]


def _checked(name: str, value: int | str | None) -> int | Tolerance | None:
    if name == "tolerance":
        try:
            return Tolerance(str(value))
        except ValueError:
            raise ValueRefused(
                f"“{value}” is not a tolerance.", f"Choose one of: {', '.join(Tolerance)}."
            ) from None
    if value is None and name in _MAY_BE_NONE:
        return None
    lowest, highest = _BOUNDS[name]
    if not isinstance(value, int) or not lowest <= value <= highest:
        raise ValueRefused(
            f"{value} cannot be used for {name.replace('_', ' ')}.",
            f"Give a whole number from {lowest} to {highest}.",
        )
    return value

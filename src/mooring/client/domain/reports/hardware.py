"""The hardware profile in a form that a person can look over: exactly what would be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from mooring.core.hardware.components import COMPONENTS, GROUP_OF, WEIGHTS

if TYPE_CHECKING:
    from mooring.core.hardware.profile import ComponentHash, HardwareProfile

Strength = Literal["strong", "weak", "unreadable"]


class Component(NamedTuple):
    """One component: its group, and the hash of it that would be sent; None where it could not be read."""

    name: str
    group: str
    hash: ComponentHash | None


class HardwareReport(NamedTuple):
    """The whole profile.

    Attributes:
        components: every component that Mooring knows of, read or not.
        profile: what would be sent.
    """

    components: tuple[Component, ...]
    profile: HardwareProfile

    @property
    def weight(self) -> int:
        """How much the readable groups weigh, 0 to 100."""
        return self.profile.weight

    @property
    def strength(self) -> Strength:
        """Whether this computer can be recognized by its hardware."""
        if self.profile.is_empty:
            return "unreadable"
        return "weak" if self.profile.is_weak else "strong"

    def to_document(self) -> dict[str, object]:
        """Return the report as `hardware --json` prints it."""
        return {
            "hardware": self.profile.to_wire(),
            "components": [
                {
                    "name": each.name,
                    "group": each.group,
                    "weight": WEIGHTS[each.group],
                    "hash": list(each.hash) if isinstance(each.hash, tuple) else each.hash,
                }
                for each in self.components
            ],
            "weight": self.weight,
            "strength": self.strength,
        }


def report_hardware(profile: HardwareProfile) -> HardwareReport:
    """Return the report on ``profile``."""
    return HardwareReport(
        tuple(Component(name, GROUP_OF[name], profile.components.get(name)) for name in COMPONENTS), profile
    )

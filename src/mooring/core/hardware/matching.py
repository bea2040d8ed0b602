"""When two hardware profiles are one computer: the two rules, in integers, and what a renewal remembers.

A group counts once, by its best component. Missing is no evidence; different is.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from mooring.core.hardware.components import (
    COMPONENTS,
    COMPONENTS_BY_GROUP,
    GROUP_OF,
    INSTALLATION,
    NETWORK,
    PLATFORM,
    PROCESSOR,
    STORAGE,
    WEIGHTS,
)
from mooring.core.hardware.profile import ComponentHash, HardwareProfile

if TYPE_CHECKING:
    from collections.abc import Iterable


class Tolerance(StrEnum):
    """How much a computer may change before it counts as changed; a policy names one."""

    STRICT = "strict"
    STANDARD = "standard"
    LENIENT = "lenient"


class Verdict(StrEnum):
    """What continuity says of a computer whose installation key is proven."""

    SAME = "same"
    """The same device."""
    CHANGED = "changed"
    """The same device once its holder signs in and confirms, or the key is typed again; costs no move."""
    DIFFERENT = "different"
    """Another device: reactivate."""


class Comparison(NamedTuple):
    """A verdict and what it rests on; the weights are those of the contract's W, P and M."""

    verdict: Verdict
    differs: tuple[str, ...]
    """The groups known on both sides of which no component matches."""
    weight: int
    """W: what the reference knows."""
    present: int
    """P: what both know."""
    matching: int
    """M: where both agree."""


class _Thresholds(NamedTuple):
    same: int
    """Percent of what both know that must match."""
    confirmable: int
    """Percent from which a confirmation is enough."""


_THRESHOLDS = {
    Tolerance.STRICT: _Thresholds(85, 55),
    Tolerance.STANDARD: _Thresholds(70, 40),
    Tolerance.LENIENT: _Thresholds(55, 25),
}

_FLOOR = 40
"""Percent of the reference that must match, whatever the tolerance: hiding what differs does not help."""

_RECOGNIZING = (PLATFORM, STORAGE, NETWORK)


def continuity(reference: HardwareProfile, presented: HardwareProfile, tolerance: Tolerance) -> Comparison:
    """Judge whether an installation whose key is proven still runs on the computer of its certificate.

    A weak reference (weight below 50) is always the same device: there the key pair alone is the
    identity. That covers every reference with fewer than two groups besides the processor, so of all
    others two can be demanded.
    """
    agreement = _agree(reference, presented)
    differs = tuple(group for group in agreement.known if group not in agreement.matching)
    weight, present, matching = reference.weight, _weigh(agreement.known), _weigh(agreement.matching)
    thresholds = _THRESHOLDS[tolerance]
    anchored = 100 * matching >= _FLOOR * weight and _count_besides_processor(agreement.matching) >= 2
    close = 100 * matching >= thresholds.same * present or differs == (INSTALLATION,)
    if reference.is_weak or (anchored and close):
        verdict = Verdict.SAME
    elif thresholds.confirmable * present <= 100 * matching < thresholds.same * present:
        verdict = Verdict.CHANGED
    else:
        verdict = Verdict.DIFFERENT
    return Comparison(verdict, differs, weight, present, matching)


def recognizes(reference: HardwareProfile, presented: HardwareProfile, tolerance: Tolerance) -> bool:
    """Tell whether a computer without any key of ours (a reinstall, a trial) is the one of ``reference``.

    What an installation brings along is ignored: it is new after a reinstall, and copied by a disk
    image. Two of platform, storage and network must match, so platform or storage always does. A weak
    reference is never recognized.
    """
    if reference.is_weak:
        return False
    agreement = _agree(reference, presented)
    present = _weigh(group for group in agreement.known if group != INSTALLATION)
    matching = _weigh(group for group in agreement.matching if group != INSTALLATION)
    return (
        100 * matching >= _THRESHOLDS[tolerance].same * present
        and sum(group in _RECOGNIZING for group in agreement.matching) >= 2
    )


def match_score(reference: HardwareProfile, presented: HardwareProfile) -> int:
    """Return the weight of the matching groups, 0 to 100: which of several devices is likeliest this one."""
    return _weigh(_agree(reference, presented).matching)


def matching_groups(reference: HardwareProfile, presented: HardwareProfile) -> tuple[str, ...]:
    """Return the groups in which the two agree: why one of several devices is likely this one."""
    return _agree(reference, presented).matching


def rebase(reference: HardwareProfile, presented: HardwareProfile, *, keep_platform: bool) -> HardwareProfile:
    """Return what to remember after a renewal by the same device: the present replaces, the absent stays.

    So drift is followed step by step, and a component that could not be read today is not forgotten.
    With ``keep_platform`` (``oem``: the license belongs to its first mainboard) platform stays exactly
    as the reference has it.
    """
    rebased: dict[str, ComponentHash] = {}
    for name in COMPONENTS:
        fixed = keep_platform and GROUP_OF[name] == PLATFORM
        value = None if fixed else presented.components.get(name)
        value = value or reference.components.get(name)
        if value is not None:
            rebased[name] = value
    return HardwareProfile(rebased)


class _Agreement(NamedTuple):
    known: tuple[str, ...]
    matching: tuple[str, ...]


def _agree(reference: HardwareProfile, presented: HardwareProfile) -> _Agreement:
    known, matching = [], []
    for group, names in COMPONENTS_BY_GROUP.items():
        shared = [name for name in names if name in reference.components and name in presented.components]
        if shared:
            known.append(group)
        if any(_equal(reference.components[name], presented.components[name]) for name in shared):
            matching.append(group)
    return _Agreement(tuple(known), tuple(matching))


def _equal(one: ComponentHash, other: ComponentHash) -> bool:
    if isinstance(one, tuple):
        return not set(one).isdisjoint(other)
    return one == other


def _count_besides_processor(groups: Iterable[str]) -> int:
    return sum(group != PROCESSOR for group in groups)


def _weigh(groups: Iterable[str]) -> int:
    return sum(WEIGHTS[group] for group in groups)

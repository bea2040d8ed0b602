"""Resemblance: why a device of an account is most likely this very computer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.wording.catalogue import ENGLISH, LOCALES, mark, translator

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RESEMBLANCES: Mapping[str, str] = {
    "same_installation": mark("same installation"),
    "same_mainboard": mark("same mainboard"),
    "same_disk": mark("same disk"),
    "same_network": mark("same network adapter"),
    "seen_recently": mark("seen recently"),
}
"""For each code of a reason, its words in English."""


def resemblance(reasons: Iterable[str], *, language: str = ENGLISH, locales: str = LOCALES) -> str:
    """Return the reasons that this version knows, as a person reads them; nothing where it knows none.

    >>> resemblance(["same_disk", "seen_recently"])
    'same disk, seen recently'
    """
    say = translator(language, locales).gettext
    return ", ".join(say(RESEMBLANCES[each]) for each in reasons if each in RESEMBLANCES)

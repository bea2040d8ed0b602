"""Privacy choices: which optional data and purposes there are, by the names that device and server agree on.

The catalogue is closed. A publisher asks for some of it; what is not asked for is not collected. Only those
with a text can be asked for: the others are named, so that a person reads that nothing of the kind happens.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

DEVICE_NAME: Final = "device_name"
"""The computer's own name, instead of a neutral one such as "amber-heron"."""


class Choice(NamedTuple):
    """Something a person can agree to.

    ``text_version`` is the version of the text that it is agreed to by; a text that says something else has a
    higher one. None: nothing in Mooring collects or does this yet.
    """

    name: str
    kind: Literal["data", "purpose"]
    text_version: int | None = None


CATALOGUE: Final = (
    Choice(DEVICE_NAME, "data", text_version=1),
    Choice("usage", "data"),
    Choice("diagnostics", "data"),
    Choice("country", "data"),
    Choice("support", "purpose"),
    Choice("improvement", "purpose"),
    Choice("partners", "purpose"),
    Choice("offers", "purpose"),
)


def choice_named(name: str) -> Choice | None:
    """Return the choice with this name, if there is one."""
    return next((choice for choice in CATALOGUE if choice.name == name), None)

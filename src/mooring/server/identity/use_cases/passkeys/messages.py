"""What pages hand to the passkeys' use cases, and what they get back."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AskedPasskey:
    """What a page asks a browser for: ``options`` are for its script, ``carried`` comes back in its form."""

    options: str
    carried: str


@dataclass(frozen=True, slots=True)
class ShownPasskey:
    """What came back: the browser's ``answer`` in JSON, and the challenge as it ``carried`` it.

    ``holder`` is what that browser holds for its forms to be known by.
    """

    answer: str = field(repr=False)
    carried: str = field(repr=False)
    holder: str = field(repr=False)

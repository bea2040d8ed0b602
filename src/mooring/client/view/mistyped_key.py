"""A mistyped product key: which letter to look at, and what it probably should be."""

from __future__ import annotations

from typing import NamedTuple

from mooring.core.product_key import normalize

GROUP = 5


class MistypedKey(NamedTuple):
    """The key as it was typed, in groups, split at the one symbol that is wrong.

    Attributes:
        before: what stands before the wrong symbol.
        wrong: the wrong symbol.
        after: what stands after it.
        suggestion: the corrected key; offered, never applied unasked: more letters may be wrong.
    """

    before: str
    wrong: str
    after: str
    suggestion: str


def mistyped_key(typed: str, members: dict[str, object]) -> MistypedKey | None:
    """Return where ``typed`` is wrong, from the members of its refusal; None if no single place is."""
    group, position, suggestion = (members.get(name) for name in ("group", "position", "suggestion"))
    if not (isinstance(group, int) and isinstance(position, int) and isinstance(suggestion, str)):
        return None
    symbols = normalize(typed)
    shown = "-".join(symbols[at : at + GROUP] for at in range(0, len(symbols), GROUP))
    place = (group - 1) * (GROUP + 1) + position - 1
    return MistypedKey(shown[:place], shown[place : place + 1], shown[place + 1 :], suggestion)

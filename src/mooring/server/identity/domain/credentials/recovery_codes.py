"""Recovery codes: ten words on paper for the day the phone is gone; each is good once."""

from __future__ import annotations

import secrets
import unicodedata
from typing import Final

ALPHABET: Final = "BCDFGHJKLMNPQRSTVWXZ"
"""Letters that spell nothing and look like no digit."""
LENGTH: Final = 12
"""Letters: 52 bits."""
HOW_MANY: Final = 10
_GROUP: Final = 4
_LETTERS: Final = frozenset(ALPHABET)
_LONGEST_TYPED: Final = 64


def new_recovery_codes() -> tuple[str, ...]:
    """Return ten fresh codes, all different."""
    codes: set[str] = set()
    while len(codes) < HOW_MANY:
        codes.add("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))
    return tuple(codes)


def format_recovery_code(code: str) -> str:
    """Return the code as it is shown.

    >>> format_recovery_code("WDJBMJHTQRSZ")
    'WDJB-MJHT-QRSZ'
    """
    return "-".join(code[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def parse_recovery_code(typed: str) -> str | None:
    """Return the code that was typed, in any case and spacing; none when it cannot be one.

    >>> parse_recovery_code(" wdjb mjht qrsz")
    'WDJBMJHTQRSZ'
    """
    if len(typed) > _LONGEST_TYPED:
        return None
    folded = unicodedata.normalize("NFKC", typed).upper()
    code = "".join(sign for sign in folded if not (sign.isspace() or unicodedata.category(sign) == "Pd"))
    return code if len(code) == LENGTH and _LETTERS.issuperset(code) else None

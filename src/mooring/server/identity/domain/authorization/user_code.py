"""User codes: the eight letters that a person carries from a device to a browser."""

from __future__ import annotations

import secrets
import unicodedata

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
"""Twenty letters without vowels: nothing is spelled, and none looks like a digit (RFC 8628, 6.1)."""
LENGTH = 8
_HALF = LENGTH // 2
_LETTERS = frozenset(ALPHABET)
_LONGEST_TYPED = 64


class UserCodeUnknown(Exception):
    """No device shows this code now: it is mistyped, used, denied, or its ten minutes are over."""


def new_user_code() -> str:
    """Return eight random letters, 34 bits: enough for ten minutes behind limits on guessing."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def format_user_code(code: str) -> str:
    """Return ``code`` as it is shown.

    >>> format_user_code("WDJBMJHT")
    'WDJB-MJHT'
    """
    return f"{code[:_HALF]}-{code[_HALF:]}"


def parse_user_code(typed: str) -> str | None:
    """Return the code that was ``typed``, in any case and spacing; None when it cannot be one.

    >>> parse_user_code(" wdjb mjht ")
    'WDJBMJHT'
    """
    if len(typed) > _LONGEST_TYPED:
        return None
    folded = unicodedata.normalize("NFKC", typed).upper()
    code = "".join(
        symbol for symbol in folded if not (symbol.isspace() or unicodedata.category(symbol) == "Pd")
    )
    return code if len(code) == LENGTH and _LETTERS.issuperset(code) else None

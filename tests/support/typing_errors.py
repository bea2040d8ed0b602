"""Product keys as people mistype them."""

from mooring.core.product_key import ALPHABET


def mistyped(key: str, group: int, position: int) -> str:
    """Return ``key`` with another symbol at ``position`` (1-5) of ``group`` (1-5)."""
    at = (group - 1) * 6 + position - 1
    other = ALPHABET[(ALPHABET.index(key[at]) + 1) % len(ALPHABET)]
    return key[:at] + other + key[at + 1 :]

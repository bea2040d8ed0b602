"""A passphrase on standard input, where it is not seen by other users of the computer."""

from __future__ import annotations

import sys

from mooring.server.licensing.domain.obstacles import ValueRefused

SHORTEST = 12


def read_passphrase(*, new: bool) -> str:
    """Return the first line of standard input; a ``new`` one must have at least 12 characters.

    Raises:
        ValueRefused: it is empty, or too short to protect anything.
    """
    words = sys.stdin.readline().rstrip("\r\n")
    if not words or (new and len(words) < SHORTEST):
        raise ValueRefused(
            f"The passphrase must have at least {SHORTEST} characters.",
            "Give it as the first line of standard input, such as four words taken at random.",
        )
    return words

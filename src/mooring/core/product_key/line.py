"""A line: 25 symbols that a person types, three of which watch over the others.

A product key is one line; a code for offline activation is five.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.product_key.code import (
    WORD_LENGTH,
    Correction,
    check_symbols,
    fill_erasure,
    is_codeword,
    locate_single_error,
)
from mooring.core.product_key.normalizing import normalize

if TYPE_CHECKING:
    from collections.abc import Sequence

ALPHABET = "BCDFGHJKMNPQRTVWXY2346789"
"""The 25 symbols: no vowels, and nothing that looks like something else."""

GROUP_LENGTH = 5

_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
_FOREIGN = 255
_VALUES_OF_BYTES = bytes(_VALUES.get(chr(byte), _FOREIGN) for byte in range(256))
_LONGEST_INPUT = 1024  # no pasted line comes near it; it bounds the work that a stranger can ask for


class MistypedLine(ValueError):
    """The text is not a line.

    When exactly one symbol is wrong, ``position`` (0-24) says which and ``corrected`` is the line that was
    probably meant; otherwise both are None.
    """

    def __init__(self, position: int | None = None, corrected: str | None = None) -> None:
        super().__init__("not a valid line of 25 symbols")
        self.position = position
        self.corrected = corrected


def encode_line(data: Sequence[int]) -> str:
    """Return the line that carries 22 data symbols, each from 0 to 24."""
    return "".join(ALPHABET[value] for value in (*data, *check_symbols(data)))


def decode_line(text: str) -> str:
    """Return the 25 symbols of the line that a person typed as ``text``.

    Raises:
        MistypedLine: it has another length, or symbols are wrong. A character outside the alphabet counts
            as one wrong symbol at its position.
    """
    typed = normalize(text) if len(text) <= _LONGEST_INPUT else ""
    if len(typed) != WORD_LENGTH:
        raise MistypedLine
    if typed.isascii():  # nearly always, and then all symbols at once
        values = typed.encode("ascii").translate(_VALUES_OF_BYTES)
        if _FOREIGN not in values and is_codeword(values):
            return typed
    foreign = [position for position, symbol in enumerate(typed) if symbol not in _VALUES]
    word = [_VALUES.get(symbol, 0) for symbol in typed]
    raise _mistyped(typed, _correction(word, foreign))


def is_line(symbols: str) -> bool:
    """Tell whether ``symbols`` is a line as it is written: 25 symbols of the alphabet that fit together."""
    return len(symbols) == WORD_LENGTH and _VALUES.keys() >= set(symbols) and is_codeword(values_of(symbols))


def values_of(symbols: str) -> list[int]:
    """Return the numbers from 0 to 24 that ``symbols`` of the alphabet stand for."""
    return [_VALUES[symbol] for symbol in symbols]


def in_groups(symbols: str) -> str:
    """Return ``symbols`` as they are shown: in groups of five joined by dashes."""
    return "-".join(symbols[start : start + GROUP_LENGTH] for start in range(0, len(symbols), GROUP_LENGTH))


def _correction(word: Sequence[int], foreign: Sequence[int]) -> Correction | None:
    if not foreign:
        return locate_single_error(word)
    if len(foreign) > 1:
        return None
    symbol = fill_erasure(word, foreign[0])
    return None if symbol is None else Correction(foreign[0], symbol)


def _mistyped(typed: str, correction: Correction | None) -> MistypedLine:
    if correction is None:
        return MistypedLine()
    position, symbol = correction
    return MistypedLine(position, typed[:position] + ALPHABET[symbol] + typed[position + 1 :])

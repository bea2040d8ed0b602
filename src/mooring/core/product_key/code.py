"""The code that finds mistyped symbols: an extended Reed-Solomon code [25, 22, 4] over GF(25).

A word of 25 symbols c_0 … c_24 belongs to the code when Σ c_i = 0, Σ c_i·a_i = 0 and Σ c_i·a_i² = 0, where
a_i is the field element of position i. Two words of the code differ in at least four symbols, so one wrong
symbol can be located and corrected, and two can never pass for none or for one.

Symbols and positions are integers from 0 to 24; a word is any sequence of them.

Source: I. S. Reed, G. Solomon, "Polynomial Codes over Certain Finite Fields", 1960.
"""

from __future__ import annotations

from operator import getitem
from typing import TYPE_CHECKING, NamedTuple

from mooring.core.product_key.field import SIZE, add, divide, multiply, negate, subtract

if TYPE_CHECKING:
    from collections.abc import Sequence

WORD_LENGTH = SIZE
DATA_LENGTH = 22
CHECK_POSITIONS = range(DATA_LENGTH, WORD_LENGTH)

_NO_ERROR = (0, 0, 0)


class Correction(NamedTuple):
    """What would make a word right: the ``symbol`` that belongs at ``position``."""

    position: int
    symbol: int


def syndromes(word: Sequence[int]) -> tuple[int, int, int]:
    """Return the three sums that are all zero exactly for a word of the code.

    They depend on the errors alone: a word with errors has the syndromes of its errors.
    """
    digits = [total % 5 for total in sum(map(getitem, _SHARES, word)).to_bytes(6, "big")]
    return 5 * digits[0] + digits[1], 5 * digits[2] + digits[3], 5 * digits[4] + digits[5]


def is_codeword(word: Sequence[int]) -> bool:
    """Tell whether ``word`` (25 symbols) belongs to the code."""
    return syndromes(word) == _NO_ERROR


def check_symbols(data: Sequence[int]) -> tuple[int, int, int]:
    """Return the three symbols that complete 22 data symbols to a word of the code."""
    checks = [0, 0, 0]
    for symbol, weights in zip(data, CHECK_WEIGHTS, strict=True):
        for index, weight in enumerate(weights):
            checks[index] = add(checks[index], multiply(symbol, weight))
    return checks[0], checks[1], checks[2]


def locate_single_error(word: Sequence[int]) -> Correction | None:
    """Return the correction of the one wrong symbol, or None when not exactly one is wrong.

    With three or more wrong symbols the answer may be a correction to a word that nobody meant.
    """
    plain, weighted, squared = syndromes(word)
    if plain == 0:  # an error at one position shows in this sum first
        return None
    position = divide(weighted, plain)
    if multiply(weighted, position) != squared:
        return None
    return Correction(position, subtract(word[position], plain))


def fill_erasure(word: Sequence[int], position: int) -> int | None:
    """Return the symbol that belongs at ``position``, or None when another one is wrong too."""
    plain, weighted, squared = syndromes(word)
    share = multiply(plain, position)
    if weighted != share or squared != multiply(share, position):
        return None
    return subtract(word[position], plain)


def _check_weight(data_position: int, check_position: int) -> int:
    """Return how much a data symbol adds to a check symbol.

    The three sums demand Σ c_i·p(a_i) = 0 for every polynomial p of degree two or less. The one that is 1
    at the check position and 0 at the other two (Lagrange's) leaves only that check symbol and the data.
    """
    weight = 1
    for other in CHECK_POSITIONS:
        if other != check_position:
            factor = divide(subtract(data_position, other), subtract(check_position, other))
            weight = multiply(weight, factor)
    return negate(weight)


CHECK_WEIGHTS = tuple(
    tuple(_check_weight(data_position, check_position) for check_position in CHECK_POSITIONS)
    for data_position in range(DATA_LENGTH)
)
"""For each data position, how much its symbol adds to each of the three check symbols."""


def _share(symbol: int, position: int) -> int:
    """Return what a symbol adds to the three sums: six digits to the base 5, each in a byte of its own.

    So whole words are summed with plain additions, each byte growing to 100 at most, and only the six totals
    are reduced: ten times as fast as adding in the field, and every key is checked with every request.
    """
    weighted = multiply(symbol, position)
    elements = (symbol, weighted, multiply(weighted, position))
    return int.from_bytes((digit for element in elements for digit in divmod(element, 5)), "big")


_SHARES = tuple(tuple(_share(symbol, position) for symbol in range(SIZE)) for position in range(WORD_LENGTH))
"""For each position, what each symbol there adds to the sums."""

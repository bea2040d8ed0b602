"""Minting: fresh random product keys, one or a million.

The check symbols of many keys are computed together, column by column: what one column adds to a check
symbol is looked up by ``bytes.translate``, and the columns are added as long integers in which each key has
a byte of its own. A sum of 22 numbers below 5 stays below 256, so no byte ever carries into its neighbor.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from mooring.core.product_key.code import CHECK_WEIGHTS, DATA_LENGTH, WORD_LENGTH
from mooring.core.product_key.field import SIZE, multiply
from mooring.core.product_key.key import PRODUCT_CODES, ProductKey
from mooring.core.product_key.line import ALPHABET

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_RANDOM_LENGTH = DATA_LENGTH - 2  # the first two symbols name the product
_BATCH = 1 << 15  # small enough for the processor's cache, large enough to forget the cost of a call

_TO_SYMBOL = bytes(byte % SIZE for byte in range(256))
_UNFAIR_BYTES = bytes(range(250, 256))  # left in, they would make the first six symbols likelier
_TO_LETTER = ALPHABET.encode("ascii").ljust(256, b"?")
_HIGH_OF_SUM = bytes(total % 5 * 5 for total in range(256))
_LOW_OF_SUM = bytes(total % 5 for total in range(256))


def generate(product_code: int, randomness: Callable[[int], bytes] = os.urandom) -> ProductKey:
    """Return a fresh product key for the product ``product_code``, as :func:`generate_many` does for many."""
    return ProductKey(generate_many(product_code, 1, randomness)[0])


def generate_many(
    product_code: int, count: int, randomness: Callable[[int], bytes] = os.urandom
) -> list[str]:
    """Return the symbols (25, ungrouped) of ``count`` fresh product keys for the product ``product_code``.

    Each key has 20 random symbols, which is 92.9 bits: that two are equal is not to be expected.

    Args:
        product_code: what names the product in its keys, 0-624.
        count: how many keys.
        randomness: returns so many random bytes; the operating system's generator, but for tests.

    Raises:
        ValueError: no product can have this code.
    """
    if product_code not in PRODUCT_CODES:
        raise ValueError("a product code is a number from 0 to 624")
    keys: list[str] = []
    while len(keys) < count:
        keys += _batch(product_code, min(_BATCH, count - len(keys)), randomness)
    return keys


def _batch(product_code: int, count: int, randomness: Callable[[int], bytes]) -> list[str]:
    drawn = _random_symbols(_RANDOM_LENGTH * count, randomness)
    columns = [bytes([symbol]) * count for symbol in divmod(product_code, SIZE)]
    columns += [drawn[start : start + count] for start in range(0, len(drawn), count)]
    columns += [_check_column(columns[:DATA_LENGTH], index) for index in range(WORD_LENGTH - DATA_LENGTH)]
    words = bytearray(WORD_LENGTH * count)
    for position, column in enumerate(columns):
        words[position::WORD_LENGTH] = column
    text = words.translate(_TO_LETTER).decode("ascii")
    return [text[start : start + WORD_LENGTH] for start in range(0, len(text), WORD_LENGTH)]


def _random_symbols(count: int, randomness: Callable[[int], bytes]) -> bytes:
    symbols = b""
    while len(symbols) < count:
        symbols += randomness(count - len(symbols)).translate(_TO_SYMBOL, _UNFAIR_BYTES)
    return symbols


def _check_column(data_columns: Sequence[bytes], check_index: int) -> bytes:
    high_sum = low_sum = 0
    for column, weights in zip(data_columns, CHECK_WEIGHTS, strict=True):
        high_table, low_table = _products(weights[check_index])
        high_sum += int.from_bytes(column.translate(high_table))
        low_sum += int.from_bytes(column.translate(low_table))
    count = len(data_columns[0])
    high = high_sum.to_bytes(count).translate(_HIGH_OF_SUM)
    low = low_sum.to_bytes(count).translate(_LOW_OF_SUM)
    return (int.from_bytes(high) + int.from_bytes(low)).to_bytes(count)


@cache
def _products(weight: int) -> tuple[bytes, bytes]:
    """Return the tables that give the two coordinates of a symbol times ``weight``."""
    products = [multiply(symbol, weight) for symbol in range(SIZE)]
    high = bytes(product // 5 for product in products)
    low = bytes(product % 5 for product in products)
    return high.ljust(256, b"\0"), low.ljust(256, b"\0")

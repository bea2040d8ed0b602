"""GF(25): the arithmetic of product-key symbols.

The field is GF(5)[x]/(x² + x + 2). The element ``h·x + l`` is written as the integer ``5·h + l``, so the
integers 0 to 24 are both the symbols, in the order of the alphabet, and the elements they stand for.
"""

from __future__ import annotations

SIZE = 25


def add(a: int, b: int) -> int:
    """Return the sum of two elements."""
    return _SUMS[SIZE * a + b]


def subtract(a: int, b: int) -> int:
    """Return the difference of two elements."""
    return _SUMS[SIZE * a + _NEGATIVES[b]]


def negate(a: int) -> int:
    """Return the element that added to ``a`` gives zero."""
    return _NEGATIVES[a]


def multiply(a: int, b: int) -> int:
    """Return the product of two elements."""
    return _PRODUCTS[SIZE * a + b]


def divide(a: int, b: int) -> int:
    """Return the quotient of two elements.

    Raises:
        ZeroDivisionError: ``b`` is zero.
    """
    if b == 0:
        raise ZeroDivisionError("division by zero in GF(25)")
    return _PRODUCTS[SIZE * a + _INVERSES[b]]


def _sum(a: int, b: int) -> int:
    return (a // 5 + b // 5) % 5 * 5 + (a + b) % 5


def _product(a: int, b: int) -> int:
    a_high, a_low = divmod(a, 5)
    b_high, b_low = divmod(b, 5)
    square = a_high * b_high  # of x, and x² = -x - 2
    high = (a_high * b_low + a_low * b_high - square) % 5
    low = (a_low * b_low - 2 * square) % 5
    return 5 * high + low


_SUMS = bytes(_sum(a, b) for a in range(SIZE) for b in range(SIZE))
_PRODUCTS = bytes(_product(a, b) for a in range(SIZE) for b in range(SIZE))
_NEGATIVES = bytes(_SUMS.index(0, SIZE * a) - SIZE * a for a in range(SIZE))
_INVERSES = bytes([0, *(_PRODUCTS.index(1, SIZE * a) - SIZE * a for a in range(1, SIZE))])  # zero has none

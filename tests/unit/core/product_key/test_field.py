"""GF(25): it is a field, and the one of the contract."""

from itertools import product

import pytest

from mooring.core.product_key import field
from tests.support.modules import made_anew

ELEMENTS = range(field.SIZE)
X = 5  # the element x: high coordinate 1, low coordinate 0


@pytest.fixture
def gf25():
    """The field with its tables made in the test, so that a test judges how they are made."""
    return made_anew(field)


def test_addition_is_by_coordinates_modulo_five(gf25):
    for a, b in product(ELEMENTS, repeat=2):
        assert gf25.add(a, b) == (a // 5 + b // 5) % 5 * 5 + (a % 5 + b % 5) % 5


def test_x_satisfies_the_polynomial_of_the_contract(gf25):
    assert gf25.add(gf25.add(gf25.multiply(X, X), X), 2) == 0


def test_multiplication_is_commutative_with_one_and_zero(gf25):
    for a, b in product(ELEMENTS, repeat=2):
        assert gf25.multiply(a, b) == gf25.multiply(b, a)
    for a in ELEMENTS:
        assert gf25.multiply(a, 1) == a
        assert gf25.multiply(a, 0) == 0


def test_multiplication_is_associative_and_distributes(gf25):
    add, multiply = gf25.add, gf25.multiply
    for a, b, c in product(ELEMENTS, repeat=3):
        assert multiply(a, multiply(b, c)) == multiply(multiply(a, b), c)
        assert multiply(a, add(b, c)) == add(multiply(a, b), multiply(a, c))


def test_subtraction_and_division_undo_addition_and_multiplication(gf25):
    for a, b in product(ELEMENTS, repeat=2):
        assert gf25.subtract(gf25.add(a, b), b) == a
        if b:
            assert gf25.divide(gf25.multiply(a, b), b) == a
    for a in ELEMENTS:
        assert gf25.add(a, gf25.negate(a)) == 0


def test_nothing_is_divided_by_zero(gf25):
    for a in ELEMENTS:
        with pytest.raises(ZeroDivisionError, match=r"^division by zero in GF\(25\)$"):
            gf25.divide(a, 0)

"""GF(25): it is a field, and the one of the contract."""

from itertools import product

import pytest

from mooring.core.product_key.field import SIZE, add, divide, multiply, negate, subtract

ELEMENTS = range(SIZE)
X = 5  # the element x: high coordinate 1, low coordinate 0


def test_addition_is_by_coordinates_modulo_five():
    for a, b in product(ELEMENTS, repeat=2):
        assert add(a, b) == (a // 5 + b // 5) % 5 * 5 + (a % 5 + b % 5) % 5


def test_x_satisfies_the_polynomial_of_the_contract():
    assert add(add(multiply(X, X), X), 2) == 0


def test_multiplication_is_commutative_with_one_and_zero():
    for a, b in product(ELEMENTS, repeat=2):
        assert multiply(a, b) == multiply(b, a)
    for a in ELEMENTS:
        assert multiply(a, 1) == a
        assert multiply(a, 0) == 0


def test_multiplication_is_associative_and_distributes():
    for a, b, c in product(ELEMENTS, repeat=3):
        assert multiply(a, multiply(b, c)) == multiply(multiply(a, b), c)
        assert multiply(a, add(b, c)) == add(multiply(a, b), multiply(a, c))


def test_subtraction_and_division_undo_addition_and_multiplication():
    for a, b in product(ELEMENTS, repeat=2):
        assert subtract(add(a, b), b) == a
        if b:
            assert divide(multiply(a, b), b) == a
    for a in ELEMENTS:
        assert add(a, negate(a)) == 0


def test_nothing_is_divided_by_zero():
    for a in ELEMENTS:
        with pytest.raises(ZeroDivisionError):
            divide(a, 0)

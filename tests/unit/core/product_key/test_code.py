"""The code: every single and every double error, tested once.

The code is linear: the syndromes of a word with errors are the syndromes of its errors. So a test of the
error patterns alone, 25·24 single and 300·24² double ones, is a test of all of them on all 25²² keys.
"""

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.core.product_key import code
from mooring.core.product_key.code import (
    DATA_LENGTH,
    WORD_LENGTH,
    check_symbols,
    fill_erasure,
    is_codeword,
    locate_single_error,
    syndromes,
)
from mooring.core.product_key.field import add, multiply
from tests.support.modules import made_anew

POSITIONS = range(WORD_LENGTH)
ERRORS = range(1, 25)
NO_ERROR = (0, 0, 0)

data = st.lists(st.integers(0, 24), min_size=DATA_LENGTH, max_size=DATA_LENGTH)
words = st.lists(st.integers(0, 24), min_size=WORD_LENGTH, max_size=WORD_LENGTH)


def pattern(*errors: tuple[int, int]) -> list[int]:
    """Return the word that is zero but for the given (position, error) pairs."""
    word = [0] * WORD_LENGTH
    for position, error in errors:
        word[position] = error
    return word


def codeword(symbols: list[int]) -> list[int]:
    return [*symbols, *check_symbols(symbols)]


def test_the_syndromes_are_the_three_sums_of_the_contract():
    for position, symbol in product(POSITIONS, range(25)):
        weighted = multiply(symbol, position)
        expected = (symbol, weighted, multiply(weighted, position))
        assert syndromes(pattern((position, symbol))) == expected


@given(words, words)
def test_the_code_is_linear(one, other):
    both = [add(a, b) for a, b in zip(one, other, strict=True)]
    expected = tuple(add(a, b) for a, b in zip(syndromes(one), syndromes(other), strict=True))
    assert syndromes(both) == expected


def test_every_weight_of_the_check_symbols_is_made_right():
    made = made_anew(code)
    for position in range(DATA_LENGTH):
        symbols = [int(each == position) for each in range(DATA_LENGTH)]
        assert is_codeword([*symbols, *made.check_symbols(symbols)])


@given(data)
def test_check_symbols_complete_any_data_to_a_word_of_the_code(symbols):
    word = codeword(symbols)
    assert is_codeword(word)
    assert locate_single_error(word) is None


def test_check_symbols_need_exactly_the_data():
    for length in (DATA_LENGTH - 1, DATA_LENGTH + 1):
        with pytest.raises(ValueError, match="zip"):
            check_symbols([0] * length)


def test_all_600_single_errors_are_located_and_corrected():
    count = 0
    for position, error in product(POSITIONS, ERRORS):
        word = pattern((position, error))
        assert not is_codeword(word)
        assert locate_single_error(word) == (position, 0)
        count += 1
    assert count == 600


def test_all_172800_double_errors_are_detected_and_none_looks_like_a_single_one():
    single = {
        (position, error): syndromes(pattern((position, error)))
        for position, error in product(POSITIONS, ERRORS)
    }
    sums = [[add(a, b) for b in range(25)] for a in range(25)]
    seen_singles = set(single.values())
    count = 0
    for (one, other), error, second in product(combinations(POSITIONS, 2), ERRORS, ERRORS):
        a, b = single[one, error], single[other, second]
        both = (sums[a[0]][b[0]], sums[a[1]][b[1]], sums[a[2]][b[2]])
        assert both != NO_ERROR
        assert both not in seen_singles
        count += 1
    assert count == 172_800


def test_the_syndromes_of_double_errors_are_the_sums_that_the_test_above_takes():
    for (one, other), error in product(combinations(POSITIONS, 2), (1, 7, 24)):
        word = pattern((one, error), (other, 13))
        a, b = syndromes(pattern((one, error))), syndromes(pattern((other, 13)))
        assert syndromes(word) == tuple(add(x, y) for x, y in zip(a, b, strict=True))
        assert locate_single_error(word) is None


@given(data, st.integers(0, 24), st.integers(1, 24))
def test_a_single_error_is_corrected_in_any_word(symbols, position, error):
    word = codeword(symbols)
    received = list(word)
    received[position] = add(word[position], error)
    assert locate_single_error(received) == (position, word[position])


@given(data, st.integers(0, 24), st.integers(0, 24))
def test_an_erased_symbol_is_filled_in_whatever_stands_there(symbols, position, anything):
    word = codeword(symbols)
    received = list(word)
    received[position] = anything
    assert fill_erasure(received, position) == word[position]


@given(data, st.integers(0, 24), st.integers(1, 24), st.data())
def test_an_erased_symbol_is_not_filled_in_when_one_or_two_others_are_wrong(symbols, position, error, more):
    others = more.draw(
        st.lists(
            st.sampled_from([p for p in POSITIONS if p != position]), min_size=1, max_size=2, unique=True
        )
    )
    received = codeword(symbols)
    for other in others:
        received[other] = add(received[other], error)
    assert fill_erasure(received, position) is None

"""Minting: every key valid, every symbol equally likely, a million in no time."""

import random
import time
from collections import Counter
from itertools import count

import pytest

from mooring.core.product_key import ALPHABET, ProductKey, encode_line, generate, generate_many


def test_every_minted_key_is_valid_and_of_its_product():
    for product_code in (0, 1, 24, 25, 307, 624):
        for symbols in generate_many(product_code, 500):
            assert ProductKey(symbols).product_code == product_code


def test_the_symbols_are_the_random_bytes_column_by_column():
    # Bytes of 250 and more are thrown away, and as many asked for again.
    asked = []
    gifts = iter([bytes([0, 24, 25, 249, 250, 255, *range(34)]), bytes([7, 8])])

    def randomness(size: int) -> bytes:
        asked.append(size)
        return next(gifts)

    columns = [0, 24, 0, 24, *range(25), *range(9), 7, 8]
    assert generate_many(624, 2, randomness) == [
        encode_line([24, 24, *columns[0::2]]),
        encode_line([24, 24, *columns[1::2]]),
    ]
    assert asked == [40, 2]


def test_minted_keys_are_distinct_across_batches():
    assert len(set(generate_many(5, 70_000))) == 70_000


@pytest.mark.parametrize("wanted", [0, 1, 2, (1 << 15) - 1, 1 << 15, (1 << 15) + 1])
def test_mints_exactly_as_many_as_wanted(wanted):
    assert len(generate_many(5, wanted)) == wanted


def test_every_symbol_is_equally_likely_at_every_random_place():
    sample = 20_000
    keys = generate_many(5, sample, random.Random(1).randbytes)
    for position in range(2, 25):
        counts = Counter(symbols[position] for symbols in keys)
        assert set(counts) == set(ALPHABET)
        chi_squared = sum((seen - sample / 25) ** 2 / (sample / 25) for seen in counts.values())
        assert (
            chi_squared < 60
        )  # 24 degrees of freedom: beyond once in 15,000 fair samples; the seed is fixed


@pytest.mark.parametrize("product_code", [-1, 625])
def test_refuses_a_product_code_that_two_symbols_cannot_name(product_code):
    with pytest.raises(ValueError, match=r"^a product code is a number from 0 to 624$"):
        generate_many(product_code, 1)
    with pytest.raises(ValueError, match=r"^a product code is a number from 0 to 624$"):
        generate(product_code)


def test_a_single_key_uses_the_randomness_it_is_given():
    steps = count()
    key = generate(1, lambda size: bytes(next(steps) for _ in range(size)))
    assert key == ProductKey(encode_line([0, 1, *range(20)]))


def test_mints_fast_enough_for_a_large_order():
    generate_many(5, 1000)  # the tables are made once
    times = []
    for _ in range(3):
        started = time.thread_time()  # other programs may take their time: it is not minting's
        generate_many(5, 100_000)
        times.append(time.thread_time() - started)
    assert 100_000 / min(times) > 300_000

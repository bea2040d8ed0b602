"""What devices are called: neutral names, and what may take their place."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from mooring.core.identifiers import new_device_id
from mooring.server.licensing.domain.activations.device_names import (
    ADJECTIVES,
    NOUNS,
    fit_name,
    may_be_renamed,
    neutral_name,
)
from tests.support.licenses import AT, a_device


def test_is_always_the_same_for_a_device():
    assert neutral_name("dev_01kdyak348rcmrb9m7acez0bax") == neutral_name("dev_01kdyak348rcmrb9m7acez0bax")
    assert neutral_name("dev_1") == "solar-halyard"
    assert neutral_name("dev_2") == "distant-breeze"


def test_is_an_adjective_and_a_noun():
    adjective, noun = neutral_name(new_device_id(AT)).split("-")
    assert adjective in ADJECTIVES
    assert noun in NOUNS


def test_words_are_plain_and_different():
    words = ADJECTIVES + NOUNS
    assert len(words) == len(set(words))
    assert all(re.fullmatch("[a-z]{3,12}", word) for word in words)
    assert {"amber", "heron"} <= set(words)


def test_names_are_spread_over_all_words():
    names = [neutral_name(new_device_id(AT)).split("-") for _ in range(10_000)]
    for place, words in ((0, ADJECTIVES), (1, NOUNS)):
        counts = Counter(name[place] for name in names)
        assert set(counts) == set(words)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Studio PC", "Studio PC"),
        ("  Studio PC ", "Studio PC"),
        ("Büro 7", "Büro 7"),
        ("x", "x"),
        ("x" * 64, "x" * 64),
        ("x" * 65, None),
        (f" {'x' * 64} ", "x" * 64),
        ("", None),
        ("   ", None),
        ("two\nlines", None),
        ("a\u202eb", None),
        ("tab\there", None),
    ],
)
def test_a_name_is_one_line_of_up_to_64_characters(text, name):
    assert fit_name(text) == name


def test_only_a_name_that_nobody_typed_may_be_replaced():
    device = a_device()
    neutral = replace(device, name=neutral_name(device.id))
    assert may_be_renamed(neutral, None)
    assert may_be_renamed(replace(device, name="Studio PC"), "cns_1")
    assert not may_be_renamed(replace(device, name="Studio PC"), None)

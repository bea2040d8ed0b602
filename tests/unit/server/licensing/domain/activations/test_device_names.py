"""Neutral names for devices."""

import re
from collections import Counter

from mooring.core.identifiers import new_device_id
from mooring.server.licensing.domain.activations.device_names import ADJECTIVES, NOUNS, neutral_name
from tests.support.licenses import AT


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

"""Help while a product key is typed: honest at every keystroke, and silent about the key itself."""

import pytest

from mooring.client.view.key_help import key_help
from mooring.core.descriptor import parse_descriptor
from mooring.core.product_key import ALPHABET, generate
from mooring.testing import FakeServer

SERVER = FakeServer()
DESCRIPTOR = parse_descriptor(SERVER.descriptor)
KEY = SERVER.mint()


def help_for(text: str, language: str = "en"):
    return key_help(text, DESCRIPTOR, language)


def another(symbol: str) -> str:
    return ALPHABET[(ALPHABET.index(symbol) + 1) % len(ALPHABET)]


def test_an_empty_field_says_where_the_key_stands():
    assert help_for(" - ") == (
        "empty", "25 letters and digits, as they stand on the box, the card or the mail", "", None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (KEY[:1], "24 characters are missing"),
        (KEY[:-1], "1 character is missing"),
        (KEY + "B", "1 character too many"),
        (KEY + "BB", "2 characters too many"),
        ("bcdeO", "A product key has no E: it may be another letter that looks like it"),
    ],
    ids=[
        "24 missing",
        "1 missing",
        "1 too many",
        "2 too many",
        "no such letter",
    ],  # the key is another each time
)
def test_what_is_not_whole_yet(typed: str, sentence: str):
    found = help_for(typed)
    assert found.sentence == sentence
    assert not found.can_be_sent


def test_a_whole_key_is_good_however_it_is_spaced():
    for typed in (KEY, KEY.lower(), KEY.replace("-", " "), f"\n{KEY}\t"):
        found = help_for(typed)
        assert (found.state, found.formatted, found.can_be_sent) == ("good", KEY, True)


def test_one_wrong_symbol_is_shown_with_what_it_should_be():
    typed = KEY[:8] + another(KEY[8]) + KEY[9:]
    found = help_for(typed)
    assert found.state == "wrong"
    assert found.sentence.startswith("Character 3 of group 2 looks wrong.")
    assert (found.mistyped.before, found.mistyped.suggestion) == (KEY[:8], KEY)


def test_a_strange_symbol_in_a_whole_key_is_corrected_too():
    assert help_for(KEY[:-1] + "0").mistyped.suggestion == KEY


def test_several_wrong_symbols_are_not_guessed():
    typed = another(KEY[0]) + another(KEY[1]) + another(KEY[2]) + KEY[3:]
    found = help_for(typed)
    assert found.state == "wrong"
    assert found.mistyped is None or found.mistyped.suggestion != KEY


def test_a_key_of_another_product_is_known_before_it_is_sent():
    found = help_for(generate((DESCRIPTOR.product_code + 1) % 625).formatted())
    assert found.state == "other_product"
    assert "Harbor Notes" in found.sentence
    assert not found.can_be_sent


def test_it_hides_the_key():
    assert KEY not in repr(help_for(KEY))


def test_it_speaks_the_persons_language():
    assert help_for(KEY[:-1], "de").sentence == "1 Zeichen fehlt"

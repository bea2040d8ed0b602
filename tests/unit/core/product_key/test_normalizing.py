"""Normalizing: what cannot matter goes, and everything else keeps its place."""

# ruff: noqa: RUF001 - look-alikes are what is tested

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.core.product_key import ALPHABET, normalize

# The Unicode property Dash=Yes, from PropList.txt of Unicode 15.1.
DASHES = [
    0x002D, 0x058A, 0x05BE, 0x1400, 0x1806, *range(0x2010, 0x2016), 0x2053, 0x207B, 0x208B, 0x2212, 0x2E17,
    0x2E1A, 0x2E3A, 0x2E3B, 0x2E40, 0x2E5D, 0x301C, 0x3030, 0x30A0, 0xFE31, 0xFE32, 0xFE58, 0xFE63, 0xFF0D,
    0x10EAD,
]  # fmt: skip

# The Unicode property Default_Ignorable_Code_Point=Yes, from DerivedCoreProperties.txt of Unicode 15.1.
INVISIBLE = [
    0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0x200B, 0x2010),
    *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0x3164, *range(0xFE00, 0xFE10), 0xFEFF, 0xFFA0,
    *range(0xFFF0, 0xFFF9), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B), 0xE0000, 0xE0FFF,
]  # fmt: skip


@pytest.mark.parametrize("point", DASHES, ids=hex)
def test_every_unicode_dash_goes(point):
    assert normalize(f"BCDFG{chr(point)}HJKMN") == "BCDFGHJKMN"


@pytest.mark.parametrize("dash", ["\u2043", "\u02d7", "\u30fc", "\uff70"])
def test_what_is_typed_for_a_dash_goes(dash):
    assert normalize(f"BCDFG{dash}HJKMN") == "BCDFGHJKMN"


@pytest.mark.parametrize("point", INVISIBLE, ids=hex)
def test_every_invisible_character_goes(point):
    assert normalize(f"BCDFG{chr(point)}HJKMN") == "BCDFGHJKMN"


def test_every_space_line_break_and_control_character_goes():
    spaces = [
        chr(point)
        for point in range(sys.maxunicode + 1)
        if chr(point).isspace() or unicodedata.category(chr(point)) in {"Zs", "Zl", "Zp", "Cc", "Cf"}
    ]
    assert {" ", "\t", "\r", "\n", "\x0b", "\x0c", "\x85", "\u00a0", "\u2028", "\u2029", "\u3000"} < set(
        spaces
    )
    assert normalize("B".join(spaces)) == "B" * (len(spaces) - 1)
    assert normalize("\u2800") == ""


def test_lower_case_becomes_upper_case():
    assert normalize(ALPHABET.lower()) == ALPHABET


@pytest.mark.parametrize("offset", [0xFF21 - ord("A"), 0xFF41 - ord("A")])
def test_wide_letters_become_plain_ones(offset):
    letters = "".join(symbol for symbol in ALPHABET if symbol.isalpha())
    assert normalize("".join(chr(ord(letter) + offset) for letter in letters)) == letters
    assert normalize("２３４") == "234"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("_", "_"),
        (".", "."),
        ("0", "0"),
        ("É", "É"),
        ("ß", "ß"),
        ("ﬁ", "ﬁ"),
        ("ŉ", "ŉ"),
        ("½", "½"),
        ("😀", "😀"),
    ],
)
def test_any_other_character_stays_one_character_at_its_place(typed, kept):
    assert normalize(f"B-{typed} C") == f"B{kept}C"


@given(st.text())
def test_normalizing_never_adds_and_is_done_at_once(text):
    once = normalize(text)
    assert len(once) <= len(text)
    assert normalize(once) == once


@given(st.lists(st.sampled_from(ALPHABET)), st.data())
def test_symbols_of_the_alphabet_survive_any_decoration(symbols, drawn):
    ignored = st.text(st.sampled_from(" -\n\t\u2013\u200b\ufeff"))
    typed = "".join(
        drawn.draw(ignored) + (symbol.lower() if drawn.draw(st.booleans()) else symbol) for symbol in symbols
    )
    assert normalize(typed) == "".join(symbols)

"""User codes: eight letters, easy to carry in any typing, that spell nothing."""
# ruff: noqa: RUF001 - look-alikes are what is tested

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.server.identity.domain.authorization.user_code import (
    ALPHABET,
    format_user_code,
    new_user_code,
    parse_user_code,
)


def test_has_eight_of_twenty_letters_without_vowels():
    assert len(set(ALPHABET)) == 20
    assert not set("AEIOUY") & set(ALPHABET)
    codes = {new_user_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 8 and set(code) <= set(ALPHABET) for code in codes)
    assert set("".join(codes)) == set(ALPHABET)


@given(st.text(ALPHABET, min_size=8, max_size=8))
def test_what_is_shown_is_read_back(code):
    assert parse_user_code(format_user_code(code)) == code


@pytest.mark.parametrize(
    "typed",
    ["wdjb-mjht", " WDJB MJHT ", "WDJBMJHT", "wd-jb-mj-ht", "WDJB–MJHT", "ｗｄｊｂ－ｍｊｈｔ", "WDJB‐MJHT\n"],
)
def test_is_read_however_it_is_typed(typed):
    assert parse_user_code(typed) == "WDJBMJHT"


def test_a_typing_of_up_to_64_characters_is_read():
    assert parse_user_code("WDJBMJHT" + " " * 56) == "WDJBMJHT"


@pytest.mark.parametrize(
    "typed", ["", "WDJB-MJH", "WDJB-MJHTT", "WDJB-MJHA", "WDJB-MJH1", "WDJB_MJHT", "WDJBMJHT" + " " * 57]
)
def test_nothing_else_is_one(typed):
    assert parse_user_code(typed) is None

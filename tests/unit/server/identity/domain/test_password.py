"""Passwords: the same on every keyboard, refused where they protect nobody, and never shown."""
# ruff: noqa: RUF001 - look-alikes are what is tested

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.server.identity.domain.email_address import parse_email_address
from mooring.server.identity.domain.password import (
    LONGEST,
    SHORTEST,
    Password,
    PasswordUnfit,
    parse_password,
)

MIA = parse_email_address("mia.outlook@outlook.example")


def why(text):
    with pytest.raises(PasswordUnfit) as refused:
        parse_password(text).check_fit(MIA)
    assert str(refused.value) == refused.value.why  # what a log shows of it; never the password
    return refused.value.why


def test_takes_a_sentence():
    parse_password("correct horse battery staple").check_fit(MIA)


def test_is_the_same_however_its_letters_were_composed():
    assert parse_password("Ele\u0301phant\u00a0blanc") == Password("El\u00e9phant blanc")


def test_keeps_case_spaces_and_look_alikes_apart():
    assert len({parse_password(text) for text in ("Abc", "abc", " abc", "abc ", "ａbc")}) == 5


@given(st.text(min_size=1, max_size=LONGEST))
def test_preparing_twice_changes_nothing(text):
    once = parse_password(text)
    if len(once.text) <= LONGEST:
        assert parse_password(once.text) == once


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("x" * (LONGEST + 1), "long"),
        ("Tr0ub4d"[: SHORTEST - 1], "short"),
        ("password", "common"),
        ("PassWord1", "common"),
        ("zzzzzzzzzzzz", "common"),
        ("zZzZzZzZzZ", "common"),
        ("Mia.Outlook", "like_email"),
        ("mia.outlook@OUTLOOK.example", "like_email"),
    ],
)
def test_says_why_it_refuses(text, reason):
    assert why(text) == reason


def test_the_shortest_and_the_longest_are_taken():
    parse_password("Tr0ub4d&"[:SHORTEST]).check_fit(MIA)
    parse_password("xy" * (LONGEST // 2)).check_fit(MIA)


def test_never_shows_itself():
    assert "secret" not in repr(parse_password("my secret words"))

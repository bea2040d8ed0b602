"""Members of the right type, or an error that names the wrong one."""

from datetime import UTC, datetime

import pytest

from mooring.core.jose.members import Members, WrongMember, is_plain

MEMBERS = Members(
    {
        "text": "abc",
        "empty": "",
        "control": "a\x1b",
        "number": 7,
        "big": 2**53 - 1,
        "bigger": 2**53,
        "negative": -1,
        "true": True,
        "fraction": 1.0,
        "null": None,
        "at": "2026-01-02T03:04:05Z",
        "last": 253402300799,
        "after": 253402300800,
        "array": [1, 2],
        "object": {"inner": {"text": 5}},
    }
)


def wrong(call):
    with pytest.raises(WrongMember) as caught:
        call()
    assert str(caught.value) == f"{caught.value.member} is missing or wrong"
    return caught.value.member


def test_reads_texts_of_bounded_length():
    assert MEMBERS.text("text") == "abc"
    assert MEMBERS.text("text", longest=3) == "abc"
    assert wrong(lambda: MEMBERS.text("text", longest=2)) == "text"
    for name in ("empty", "control", "number", "null", "absent"):
        assert wrong(lambda name=name: MEMBERS.text(name)) == name
    assert Members({"a": "x" * 200}).text("a")
    assert wrong(lambda: Members({"a": "x" * 201}).text("a")) == "a"


def test_null_and_absent_are_the_same():
    assert MEMBERS.text_or_none("text") == "abc"
    assert MEMBERS.text_or_none("null") is None
    assert Members({"a": "x" * 200}).text_or_none("a") == "x" * 200
    assert wrong(lambda: Members({"a": "x" * 201}).text_or_none("a")) == "a"
    assert MEMBERS.text_or_none("absent") is None
    assert MEMBERS.object_or_none("null") is None
    assert MEMBERS.instant_or_none("null") is None
    assert MEMBERS.is_null("absent")
    assert not MEMBERS.is_null("empty")
    assert wrong(lambda: MEMBERS.text_or_none("text", longest=2)) == "text"
    assert wrong(lambda: MEMBERS.object_or_none("text")) == "text"


def test_reads_integers_within_bounds():
    assert MEMBERS.number("number") == 7
    assert MEMBERS.number("number", least=7, most=7) == 7
    assert MEMBERS.number("big") == 2**53 - 1
    for name in ("bigger", "negative", "true", "fraction", "text", "absent"):
        assert wrong(lambda name=name: MEMBERS.number(name)) == name
    assert wrong(lambda: MEMBERS.number("number", least=8)) == "number"
    assert wrong(lambda: MEMBERS.number("number", most=6)) == "number"


def test_reads_instants_in_both_forms():
    assert MEMBERS.seconds("number") == datetime(1970, 1, 1, 0, 0, 7, tzinfo=UTC)
    assert MEMBERS.seconds("last") == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert wrong(lambda: MEMBERS.seconds("after")) == "after"
    assert MEMBERS.instant_or_none("at") == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert wrong(lambda: MEMBERS.instant_or_none("text")) == "text"


def test_reads_flags_arrays_and_raw_members():
    assert MEMBERS.flag("true") is True
    assert Members({"a": False}).flag("a") is False
    assert wrong(lambda: MEMBERS.flag("number")) == "number"
    assert MEMBERS.array("array", least=2, most=2) == [1, 2]
    assert wrong(lambda: MEMBERS.array("array", least=3, most=9)) == "array"
    assert wrong(lambda: MEMBERS.array("array", most=1)) == "array"
    assert wrong(lambda: MEMBERS.array("text", most=9)) == "text"
    assert MEMBERS.raw("array") == [1, 2]
    assert MEMBERS.raw("absent") is None
    assert Members({"b": 1, "a": 2}).names() == ["b", "a"]


def test_names_the_whole_path_of_an_inner_member():
    inner = MEMBERS.object("object").object_or_none("inner")

    assert wrong(lambda: inner.text("text")) == "object.inner.text"
    assert inner.wrong("other").member == "object.inner.other"
    assert wrong(lambda: MEMBERS.object("array")) == "array"


@pytest.mark.parametrize(("text", "plain"), [("Müller\u00a0GmbH", True), ("a b", True), ("•", True)])
def test_plain_text_may_have_any_letter(text, plain):
    assert is_plain(text) is plain


@pytest.mark.parametrize("character", ["\0", "\t", "\n", "\x1b", "\x1f", "\x7f", "\x80", "\x9f"])
def test_a_control_character_is_not_plain(character):
    assert not is_plain(f"a{character}b")


def test_the_neighbors_of_control_characters_are_plain():
    assert is_plain("a \u200b~\xa0")

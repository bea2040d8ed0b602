"""Identifiers: typed by their prefix, ordered by time, never the same twice."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from mooring.core import identifiers
from mooring.core.identifiers import (
    is_identifier,
    new_identifier,
    new_license_id,
    new_license_ids,
    parse_license_id,
)

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
# Crockford's order, spelled out here once more so that a slip in the module shows.
SYMBOLS = "0123456789abcdefghjkmnpqrstvwxyz"

KINDS = [
    ("product", "prd"),
    ("edition", "edt"),
    ("policy", "pol"),
    ("license", "lic"),
    ("activation", "act"),
    ("device", "dev"),
    ("installation", "ins"),
    ("account", "acc"),
]


def number_of(symbols: str) -> int:
    number = 0
    for symbol in symbols:
        number = number * 32 + SYMBOLS.index(symbol)
    return number


@pytest.mark.parametrize(("kind", "prefix"), KINDS)
def test_each_kind_has_its_prefix_and_reads_only_its_own(kind, prefix):
    new = getattr(identifiers, f"new_{kind}_id")
    parse = getattr(identifiers, f"parse_{kind}_id")
    identifier = new(AT)
    assert identifier.startswith(f"{prefix}_")
    assert len(identifier) == 30
    assert parse(identifier) == identifier
    with pytest.raises(ValueError, match=f"of the form {prefix}_ and 26 symbols"):
        parse(new_identifier("xxx", AT))


def test_the_first_ten_symbols_are_the_milliseconds_since_1970():
    identifier = new_license_id(AT.replace(microsecond=678_999))
    assert number_of(identifier[4:14]) == 1_767_323_045_678


def test_the_rest_is_random_and_uses_every_symbol():
    endings = [new_license_id(AT)[14:] for _ in range(400)]
    assert len(set(endings)) == 400
    for position in range(16):
        assert {ending[position] for ending in endings} == set(SYMBOLS)


def test_a_later_identifier_sorts_after_an_earlier_one():
    assert new_license_id(AT) < new_license_id(AT + timedelta(milliseconds=1))
    assert new_license_id(AT) < new_license_id(AT.replace(year=9999))


def test_the_first_instant_is_1970():
    assert number_of(new_license_id(datetime(1970, 1, 1, tzinfo=UTC))[4:14]) == 0
    with pytest.raises(ValueError, match=r"^an identifier cannot be born before 1970$"):
        new_license_id(datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC))


def test_many_identifiers_are_distinct_and_increasing():
    many = new_license_ids(20_000, AT)
    assert len(many) == 20_000
    assert all(earlier < later for earlier, later in pairwise(many))
    assert all(is_identifier(one, "lic") for one in many)
    assert {one[4:14] for one in many} == {new_license_id(AT)[4:14]}


def test_no_identifiers_are_made_when_none_are_wanted():
    assert new_license_ids(0, AT) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lic",
        "lic_",
        "lic_01j00000000000000000000000"[:-1],
        "lic_01j000000000000000000000000",
        "lic-01j00000000000000000000000",
        "LIC_01j00000000000000000000000",
        "act_01j00000000000000000000000",
        "lic_01J00000000000000000000000",
        "lic_81j00000000000000000000000",  # more than 48 bits of time
        "lic_01j0000000000000000000000i",
        "lic_01j0000000000000000000000l",
        "lic_01j0000000000000000000000o",
        "lic_01j0000000000000000000000u",
        "lic_01j0000000000000000000000٣",
        "lic_01j0000000000000000000000\n",
        "lic_01j00000000000000000000_00",
    ],
)
def test_refuses_what_is_no_license_identifier(text):
    assert not is_identifier(text, "lic")
    with pytest.raises(ValueError, match="not an identifier"):
        parse_license_id(text)


def test_accepts_the_first_and_the_last_identifier():
    assert is_identifier("lic_00000000000000000000000000", "lic")
    assert parse_license_id("lic_7zzzzzzzzzzzzzzzzzzzzzzzzz") == "lic_7zzzzzzzzzzzzzzzzzzzzzzzzz"


def test_ordered_identifiers_of_one_instant_sort_as_they_were_made():
    made = [identifiers.new_ordered_identifier("evt", AT) for _ in range(500)]
    assert made == sorted(set(made))
    assert all(identifiers.is_identifier(each, "evt") for each in made)
    assert {each[:14] for each in made} == {made[0][:14]}


def test_ordered_identifiers_of_later_instants_sort_later_and_begin_anywhere():
    endings = set()
    for seconds in range(20):
        earlier = identifiers.new_ordered_identifier("evt", AT + timedelta(seconds=seconds))
        later = identifiers.new_ordered_identifier("evt", AT + timedelta(seconds=seconds + 1))
        assert earlier < later
        endings.add(later[-16])
    assert len(endings) > 1

"""Products and editions: names, entitlements, product codes."""

import pytest

from mooring.server.licensing.domain.catalog import (
    NoProductCodeLeft,
    checked_name,
    checked_slug,
    checked_urls,
    entitlements_from,
    free_product_code,
    slug_from_name,
)
from mooring.server.licensing.domain.obstacles import ValueRefused


@pytest.mark.parametrize("slug", ["a", "harbor-notes", "v2", "9", "x" * 64])
def test_takes_a_slug(slug):
    assert checked_slug(slug, what="a product") == slug


@pytest.mark.parametrize(
    "slug", ["", "Harbor", "a b", "-a", "a-", "a--b", "a_b", "ä", "a\n", "x" * 65, "a/b", "a.b"]
)
def test_refuses_what_is_no_slug(slug):
    with pytest.raises(ValueRefused) as refused:
        checked_slug(slug, what="a product")
    assert refused.value.detail == f"“{slug}” cannot be a product."
    assert refused.value.next_step == (
        "Use lower-case letters and digits, joined by single hyphens, up to 64 characters."
    )


def test_a_name_loses_only_the_space_around_it():
    assert checked_name("  Harbor Notes ", what="a name") == "Harbor Notes"
    assert checked_name("N" * 200, what="a name") == "N" * 200


@pytest.mark.parametrize("name", ["", "   ", "N" * 201, "a\nb", "a\x00b"])
def test_refuses_a_name_that_cannot_be_shown(name):
    with pytest.raises(ValueRefused) as refused:
        checked_name(name, what="a name")
    assert refused.value.detail == "That cannot be a name."
    assert refused.value.next_step == "Give 1 to 200 printable characters."


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Harbor Notes", "harbor-notes"),
        ("  Über-Büro 2.0!", "uber-buro-2-0"),
        ("x" * 80, "x" * 64),
        ("a" * 63 + " b", "a" * 63),
    ],
)
def test_makes_a_slug_from_a_name(name, slug):
    assert slug_from_name(name) == slug


def test_asks_for_a_slug_where_a_name_suggests_none():
    with pytest.raises(ValueRefused) as refused:
        slug_from_name("港")
    assert refused.value.detail == "No short name can be made from “港”."
    assert refused.value.next_step == "Give one with --slug, such as --slug harbor-notes"


@pytest.mark.parametrize(
    "url",
    ["https://a.example/buy", "http://localhost:8000/x", "http://127.0.0.1/", "http://[::1]", "mailto:a@b.c"],
)
def test_takes_addresses_that_are_safe_to_open(url):
    assert checked_urls({"support": url}) == {"support": url}


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example",
        "javascript:alert(1)",
        "https://",
        "https://a b",
        "http://localhost.evil.example",
        "ftp://a",
    ],
)
def test_refuses_addresses_that_are_not(url):
    with pytest.raises(ValueRefused) as refused:
        checked_urls({"buy": url})
    assert refused.value.detail == f"“{url}” cannot be the buy address."
    assert refused.value.next_step == "Give one that starts with https://"


def test_refuses_an_address_nobody_shows():
    with pytest.raises(ValueRefused) as refused:
        checked_urls({"blog": "https://a.example"})
    assert refused.value.detail == "“blog” is not an address Mooring shows."
    assert refused.value.next_step == "Use: buy, renew, support, account, privacy."


def test_names_an_entitlement_as_given_or_after_its_slug():
    assert entitlements_from(["export-pdf=Export to PDF", "cloud-sync"]) == {
        "export-pdf": "Export to PDF",
        "cloud-sync": "Cloud Sync",
    }


def test_keeps_the_first_place_and_the_last_given_name():
    named = entitlements_from(["b", "a=One", "b=Bee", "a"])
    assert list(named.items()) == [("b", "Bee"), ("a", "One")]


def test_lets_a_name_hold_an_equals_sign():
    assert entitlements_from(["math=E=mc2"]) == {"math": "E=mc2"}


def test_takes_64_entitlements_of_48_bytes_and_no_more():
    longest = [f"{number:02}-{'x' * 45}" for number in range(64)]
    assert len(entitlements_from(longest)) == 64
    with pytest.raises(ValueRefused) as refused:
        entitlements_from([*longest, "one-more"])
    assert refused.value.detail == "An edition has at most 64 entitlements, not 65."
    assert refused.value.next_step == "Join features that are always sold together."
    with pytest.raises(ValueRefused) as refused:
        entitlements_from(["x" * 49])
    assert refused.value.detail == f"“{'x' * 49}” cannot be an entitlement."
    assert "up to 48 characters" in refused.value.next_step


@pytest.mark.parametrize("text", ["=Name", "a=", "A", "a b=Name"])
def test_refuses_an_unfit_entitlement(text):
    with pytest.raises(ValueRefused):
        entitlements_from([text])


def test_says_which_entitlement_has_an_unfit_name():
    with pytest.raises(ValueRefused) as refused:
        entitlements_from(["sync= "])
    assert refused.value.detail == "That cannot be the name of “sync”."


def test_picks_a_product_code_among_those_that_are_free():
    taken = set(range(625)) - {7, 8, 624}
    assert [free_product_code(taken, lambda count, at=at: at) for at in range(3)] == [7, 8, 624]
    asked = []
    free_product_code(taken, lambda count: asked.append(count) or 0)
    assert asked == [3]


def test_says_when_every_product_code_is_taken():
    with pytest.raises(NoProductCodeLeft) as refused:
        free_product_code(range(625), lambda _: 0)
    assert refused.value.code == "no_product_code_left"
    assert refused.value.detail == (
        "All 625 product codes of this publisher are taken, and codes are never reused."
    )
    assert refused.value.next_step == (
        "Make the new product an edition of an existing one, or found a second publisher."
    )

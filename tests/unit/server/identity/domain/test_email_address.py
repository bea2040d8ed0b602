"""E-mail addresses: whatever is typed for one mailbox finds one account; what is no address is refused."""
# ruff: noqa: RUF001 - look-alikes are what is tested

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mooring.server.identity.domain.email_address import (
    LONGEST,
    EmailAddress,
    EmailMalformed,
    parse_email_address,
)

LETTERS = st.characters(exclude_categories=("C", "Z"), exclude_characters='"(),:;<>@[\\]')
LOCALS = st.text(LETTERS, min_size=1, max_size=20)
DOMAINS = st.from_regex(r"[a-z0-9äöüßαßσς]{1,8}(\.[a-zäöü]{2,6}){1,2}", fullmatch=True)


def parsed_or_skipped(text):
    try:
        return parse_email_address(text)
    except EmailMalformed:
        assume(False)


def test_keeps_what_was_typed_and_finds_it_folded():
    assert parse_email_address("  Mia.Berg@Outlook.Example\n") == EmailAddress(
        "Mia.Berg@Outlook.Example", "mia.berg@outlook.example"
    )


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("ＭＩＡ＠outlook.example", "mia@outlook.example"),  # full-width letters of a Japanese keyboard
        ("straße@post.example", "strasse@post.example"),
        ("İ@post.example", "i̇@post.example"),
        ("e\u0301va@post.example", "éva@post.example"),
        ("\N{KELVIN SIGN}ai@post.example", "kai@post.example"),
        ("a+b@post.example", "a+b@post.example"),
        ("mia@bücher.example", "mia@bücher.example"),
        ("mia@a-b.example", "mia@a-b.example"),
    ],
)
def test_folds_case_and_look_alike_forms(typed, key):
    assert parse_email_address(typed).key == key


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "mia",
        "@post.example",
        "mia@",
        "mia@post",
        "mia@post..example",
        "mia@.example",
        "mia@post.example.",
        "mia@-post.example",
        "mia@post-.example",
        "mia@po_st.example",
        "mia@post.$ample",
        "mia@noah@post.example",
        "mia ＠ post.example",
        "mia berg@post.example",
        'mia"@post.example',
        "<mia@post.example>",
        "mia@post.example, noah@post.example",
        "mia@post.example\r\nBcc: noah@post.example",
        "mia\u200b@post.example",
        "\u202emia@post.example",
        "mia\u00ad@post.example",
        "mia\ud800@post.example",
        "a" * 65 + "@post.example",
        "mia@" + "a" * 64 + ".example",
    ],
)
def test_refuses_what_is_no_address(typed):
    with pytest.raises(EmailMalformed):
        parse_email_address(typed)


def test_takes_an_address_as_long_as_they_get_and_not_one_longer():
    longest = "m" * 64 + "@" + ".".join(["a" * 63, "b" * 63, "c" * 61])
    assert len(longest) == LONGEST
    assert parse_email_address(longest).text == longest
    with pytest.raises(EmailMalformed):
        parse_email_address(longest[:-1] + "cc")


def test_refuses_an_address_that_grows_too_long_by_folding():
    with pytest.raises(EmailMalformed):
        parse_email_address("ß" * 33 + "@post.example")
    assert parse_email_address("ß" * 32 + "@post.example").key == "s" * 64 + "@post.example"


def test_refuses_a_novel_without_folding_it():
    address = "mia@post.example"
    spaces = " " * (2 * LONGEST - len(address))
    assert parse_email_address(spaces + address).key == address
    with pytest.raises(EmailMalformed):
        parse_email_address(spaces + " " + address)


@given(LOCALS, DOMAINS)
def test_folding_twice_changes_nothing(local, domain):
    once = parsed_or_skipped(f"{local}@{domain}")
    assert parse_email_address(once.key).key == once.key
    assert parse_email_address(once.text) == once


@given(LOCALS, DOMAINS)
def test_case_and_spaces_around_make_no_other_account(local, domain):
    typed = f"{local}@{domain}"
    key = parsed_or_skipped(typed).key
    for variant in (f" {typed}\t", typed.casefold()):
        assert parse_email_address(variant).key == key


@given(st.text(max_size=6))
@settings(suppress_health_check=[HealthCheck.filter_too_much])  # most texts are no address
def test_what_is_taken_has_nothing_hidden_in_it(text):
    address = parsed_or_skipped(text + "@post.example")
    for form in (address.text, address.key):
        assert form.isprintable()
        assert form.count("@") == 1
        assert " " not in form


@pytest.mark.parametrize(
    ("typed", "masked"),
    [
        ("mia@outlook.example", "m•••@o•••.example"),
        ("x@a.b.example", "x•••@a•••.example"),
        ("Émile@post.example", "É•••@p•••.example"),
    ],
)
def test_shows_others_the_first_letters_only(typed, masked):
    assert parse_email_address(typed).masked == masked

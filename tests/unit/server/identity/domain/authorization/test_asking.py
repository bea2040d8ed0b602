"""What asks: a device's own words are shown only in a form that cannot deceive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.server.identity.domain.authorization.asking import LONGEST_NAME, Action, Asking
from mooring.server.identity.domain.authorization.oauth_error import OAuthError


def shown(name):
    return Asking.read(device_name=name).device_name


def test_says_what_it_is():
    assert Asking.read(product="harbor-notes", device_name="Mia's desk", action="link") == Asking(
        "harbor-notes", "Mia's desk", Action.LINK
    )


def test_may_say_nothing():
    assert Asking.read() == Asking(None, None, Action.SIGN_IN)


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("  Desk \n upstairs\t", "Desk upstairs"),
        ("Desk\u202etop", "Desktop"),
        ("Des\u200bk\x00", "Desk"),
        ("\u202e", None),
        ("   ", None),
        ("", None),
        ("e\u0301", "é"),
        ("x" * 70, "x" * LONGEST_NAME),
        ("x" * (LONGEST_NAME - 1) + " y", "x" * (LONGEST_NAME - 1)),
    ],
)
def test_a_name_is_what_it_looks_like(said, seen):
    assert shown(said) == seen


@given(st.text())
def test_whatever_a_device_says_fits_on_one_line(said):
    name = shown(said)
    assert name is None or (name.isprintable() and 0 < len(name) <= LONGEST_NAME and name == name.strip())


@pytest.mark.parametrize("product", ["", "Harbor", "a_b", "-a", "a-", "a--b", "a b", "a\n", "ä", "x" * 65])
def test_refuses_a_product_that_cannot_be(product):
    with pytest.raises(OAuthError) as refused:
        Asking.read(product=product)
    assert refused.value.error == "invalid_request"


def test_takes_the_longest_product():
    assert Asking.read(product="x" * 64).product == "x" * 64


def test_refuses_an_action_of_its_own_words():
    with pytest.raises(OAuthError) as refused:
        Asking.read(action="win a prize")
    assert refused.value.error == "invalid_request"

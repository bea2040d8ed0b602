"""Reading cookies: what other servers of the same domain set is no obstacle."""

import pytest

from mooring.server.web.pages.visiting.cookies import read_cookies


@pytest.mark.parametrize(
    "odd", [b'x={"a":1}', b"bad cookie", "n=é".encode(), b"x", b'q="a;b"', b"", b"=", b"$p=1"]
)
def test_an_odd_cookie_hides_no_other(odd):
    assert read_cookies([odd + b"; mooring=token"])["mooring"] == "token"
    assert read_cookies([odd, b"mooring=token"])["mooring"] == "token"


def test_of_two_with_one_name_the_first_counts():
    assert read_cookies([b"mooring=first; mooring=second", b"mooring=third"]) == {"mooring": "first"}

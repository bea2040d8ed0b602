"""Two spellings of one address are equal; two addresses never are."""

import pytest

from mooring.core.proof.address import normalize_address


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://a.example/v1/x", "https://a.example/v1/x"),
        ("HTTPS://A.Example/V1/x", "https://a.example/V1/x"),
        ("https://a.example:443/x", "https://a.example/x"),
        ("http://a.example:80/x", "http://a.example/x"),
        ("https://a.example:80/x", "https://a.example:80/x"),
        ("http://a.example:443/x", "http://a.example:443/x"),
        ("https://a.example:8443", "https://a.example:8443/"),
        ("https://a.example", "https://a.example/"),
        ("https://a.example:", "https://a.example/"),
        ("https://a.example/x?q=1/2#f", "https://a.example/x"),
        ("https://a.example#f?q", "https://a.example/"),
        ("https://a.example?q=https://b.example/", "https://a.example/"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x"),
        ("http://[::1]/x", "http://[::1]/x"),
        ("https://[2001:DB8::1]:443/", "https://[2001:db8::1]/"),
        ("https://a.example//x/", "https://a.example//x/"),
        ("https://a.example/a:b@c", "https://a.example/a:b@c"),
    ],
)
def test_normalizes_what_means_the_same(url, normal):
    assert normalize_address(url) == normal
    assert normalize_address(normal) == normal


@pytest.mark.parametrize(
    "url", ["", "a.example", "/v1", "ftp://a.example/", "https:a.example", "://a.example"]
)
def test_refuses_what_is_no_web_address(url):
    with pytest.raises(ValueError, match=r"^not an http or https address$"):
        normalize_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "https:///x",
        "https://:443/x",
        "https://me@a.example/",
        "https://me:pw@a.example:443/",
        "https://a.example:x/",
        "https://a.example:-1/",
        "https://a.example:٤٤٣/",
    ],
)
def test_refuses_what_has_no_plain_host(url):
    with pytest.raises(ValueError, match=r"^not a host$"):
        normalize_address(url)

"""Where programs may ask a server."""

import pytest

from mooring.server.licensing.domain.obstacles import ValueRefused
from mooring.server.licensing.domain.publisher import checked_address


@pytest.mark.parametrize(
    "url", ["https://a.example", "http://127.0.0.1:8000", "http://localhost", "https://" + "a" * 192]
)
def test_takes_https_and_this_computer_itself(url):
    assert checked_address(url) == url


@pytest.mark.parametrize("url", ["http://a.example", "", "ftp://127.0.0.1.example", "https://" + "a" * 193])
def test_refuses_what_no_program_would_ask(url):
    with pytest.raises(ValueRefused) as refused:
        checked_address(url)
    assert refused.value.detail == f"Programs do not ask a server at {url[:200]}."
    assert refused.value.next_step == (
        "Set MOORING_PUBLIC_URL to the https address under which devices reach this server."
    )

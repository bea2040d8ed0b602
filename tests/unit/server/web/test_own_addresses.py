"""Own addresses: what a proof may name, and what only the operator can know."""

import pytest

from mooring.core.descriptor import is_loopback_host
from mooring.server.bootstrap import own_addresses
from tests.support.databases import settings_in


def test_a_public_address_is_the_only_one(tmp_path):
    settings = settings_in(tmp_path, MOORING_PUBLIC_URL="https://activation.example.com/")
    assert own_addresses(settings, "0.0.0.0", 443) == ("https://activation.example.com",)
    assert own_addresses(settings, "127.0.0.1", 8000) == ("https://activation.example.com",)


@pytest.mark.parametrize(
    ("host", "first"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("localhost", "http://localhost:8000"),
        ("::1", "http://[::1]:8000"),
        ("127.0.0.5", "http://127.0.0.1:8000"),
    ],
)
def test_on_loopback_it_has_three_names(tmp_path, host: str, first: str):
    addresses = own_addresses(settings_in(tmp_path), host, 8000)
    assert addresses[0] == first
    assert set(addresses) == {"http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "activation.example.com", ""])
def test_where_others_can_reach_it_somebody_must_say_its_address(tmp_path, host: str):
    assert not is_loopback_host(host)
    with pytest.raises(ValueError, match="MOORING_PUBLIC_URL"):
        own_addresses(settings_in(tmp_path), host, 8000)

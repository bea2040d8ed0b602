"""For whom passkeys are: the very name and origin of the server, and none where there can be none."""

import pytest

from mooring.server.identity.integrations.passkeys import RelyingParty


@pytest.mark.parametrize(
    ("address", "rp_id", "origin"),
    [
        ("https://id.example", "id.example", "https://id.example"),
        ("https://ID.Example/mooring", "id.example", "https://id.example"),
        ("https://id.example:443", "id.example", "https://id.example"),
        ("https://id.example:8443/x", "id.example", "https://id.example:8443"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
        ("http://dev.localhost", "dev.localhost", "http://dev.localhost"),
    ],
)
def test_takes_name_and_origin_from_the_address(address, rp_id, origin):
    assert RelyingParty.at(address) == (rp_id, origin)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8000", "http://[::1]:8000", "https://203.0.113.7", "http://id.example", "https:///x"],
)
def test_numbers_and_unencrypted_names_have_none(address):
    assert RelyingParty.at(address) is None

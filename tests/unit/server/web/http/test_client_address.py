"""Client addresses: believed only as far as a trusted proxy vouches for them."""

from ipaddress import ip_network

import pytest

from mooring.server.web.http.requests import client_address, is_local

PROXIES = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


def a_scope(peer: str | None, *forwarded: str, header: bytes = b"x-forwarded-for"):
    return {
        "client": (peer, 1) if peer else None,
        "headers": [(header, value.encode()) for value in forwarded],
    }


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["203.0.113.9"], "192.0.2.1"),
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("::1", ["2001:db8::9"], "2001:db8::9"),
        ("10.0.0.1", ["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["198.51.100.1", "203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", [" , "], "10.0.0.1"),
        ("10.0.0.1", ["not an address"], "not an address"),
        ("10.0.0.1", ["203.0.113.9:53211"], "203.0.113.9"),
        ("10.0.0.1", ["[2001:db8::9]:53211"], "2001:db8::9"),
        ("10.0.0.1", ["[2001:db8::9]"], "2001:db8::9"),
        ("10.0.0.1", ["2001:db8::1:9"], "2001:db8::1:9"),
        ("10.0.0.1", ["203.0.113.9:x"], "203.0.113.9:x"),
        ("10.0.0.1", ["203.0.113.9, 10.0.0.2:99"], "203.0.113.9"),
        (None, ["203.0.113.9"], "unknown"),
    ],
)
def test_reads_the_first_address_that_no_proxy_of_ours_has(peer, forwarded, address):
    assert client_address(a_scope(peer, *forwarded), PROXIES) == address


def test_believes_nobody_when_no_proxy_is_trusted():
    assert client_address(a_scope("10.0.0.1", "203.0.113.9"), ()) == "10.0.0.1"


@pytest.mark.parametrize(
    ("peer", "local"),
    [("127.0.0.1", True), ("::1", True), ("10.0.0.1", False), (None, False), ("x", False)],
)
def test_knows_programs_on_this_computer(peer, local):
    assert is_local(a_scope(peer)) is local


@pytest.mark.parametrize("header", [b"x-forwarded-for", b"forwarded", b"via", b"x-real-ip"])
def test_what_a_proxy_on_this_computer_passes_on_is_not_local(header: bytes):
    assert not is_local(a_scope("127.0.0.1", "127.0.0.1", header=header))

"""Places: which network addresses are one subscriber's, and which one organization's."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

PLACE_BITS: Final = 64
"""Of an IPv6 address: what one subscriber is given at least (RFC 6177)."""
SITE_BITS: Final = {4: 24, 6: 48}
"""What one organization, or one customer of a hosting company, is commonly given."""


def network_of(address: str) -> str:
    """Return what one subscriber is given: an IPv4 address itself, or the /64 of an IPv6 address."""
    parsed = _parsed(address)
    if parsed is None:
        return address
    return str(parsed) if isinstance(parsed, IPv4Address) else _network(parsed, PLACE_BITS)


def site_of(address: str) -> str:
    """Return what one organization is given: the /24 of an IPv4 address, or the /48 of an IPv6 address."""
    parsed = _parsed(address)
    return address if parsed is None else _network(parsed, SITE_BITS[parsed.version])


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return parsed if mapped is None else mapped


def _network(address: IPv4Address | IPv6Address, bits: int) -> str:
    host_bits = address.max_prefixlen - bits
    return f"{type(address)(int(address) >> host_bits << host_bits)}/{bits}"

"""Endpoints: where a provider's own description may send us, and with us the codes and the people."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from mooring.core.descriptor import is_loopback_host
from mooring.server.identity.integrations.fetching import is_private_way

_INNER: Final = frozenset(
    {"arpa", "corp", "home", "internal", "intranet", "lan", "local", "localdomain", "localhost"}
)
"""Last labels of names in somebody's own network (RFC 6761, 6762, 8375; ICANN's .internal)."""
_NUMBER: Final = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.ASCII)


def may_be_endpoint(address: str, issuer: str) -> bool:
    """Tell whether ``issuer`` may name ``address`` as its endpoint.

    A provider that is taken over, or lies, must not make this server knock at doors behind its own firewall:
    an endpoint is https, and has a public form or the issuer's own host, which the operator named. Only an
    issuer on this very computer, as in development, may name any address of it.
    """
    if not is_private_way(address):
        return False
    host, own = urlsplit(address).hostname or "", urlsplit(issuer).hostname or ""
    if is_loopback_host(own):
        return True
    return urlsplit(address).scheme == "https" and (host == own or is_public_form(host))


def is_public_form(host: str) -> bool:
    """Tell whether ``host`` is written as something in the open internet is. Nothing is looked up.

    >>> [is_public_form(each) for each in ("login.example.com", "10.0.0.7", "printer.lan", "2130706433")]
    [True, False, False, False]
    """
    try:
        number = ip_address(host)
    except ValueError:
        *others, last = host.rstrip(".").lower().split(".")
        # Resolvers read more than four decimal numbers as an address: 127.1, 0x7f000001, 017700000001.
        return bool(others) and last not in _INNER and not _NUMBER.fullmatch(last)
    return number.is_global and not number.is_multicast

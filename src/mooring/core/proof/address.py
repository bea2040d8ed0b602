"""Addresses as a device proof compares them (``htu``, RFC 9449 §4.3), normalized by RFC 3986 §6.2."""

from __future__ import annotations

_DEFAULT_PORTS = {"https": "443", "http": "80"}


def normalize_address(url: str) -> str:
    """Return ``url`` with scheme and host in lower case and without default port, query and fragment.

    Raises:
        ValueError: it is not an absolute http or https address, or carries a user name.
    """
    scheme, separator, rest = url.partition("://")
    scheme = scheme.lower()
    if not separator or scheme not in _DEFAULT_PORTS:
        raise ValueError("not an http or https address")
    rest = rest.partition("#")[0].partition("?")[0]
    authority, slash, path = rest.partition("/")
    host, colon, port = authority.rpartition(":")
    if not colon or port.endswith("]"):  # no port; the colon may be one of an IPv6 address
        host, port = authority, ""
    if not host or "@" in host or (port and not (port.isascii() and port.isdigit())):
        raise ValueError("not a host")
    if port and port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    return f"{scheme}://{host.lower()}{slash or '/'}{path}"

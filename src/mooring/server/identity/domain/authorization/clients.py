"""Clients: which programs may ask for what, and where answers may be sent."""

from __future__ import annotations

from mooring.server.identity.domain.authorization.oauth_error import OAuthError, UnsafeRedirect

DEVICE_CLIENT = "mooring-device"
"""Every program that uses Mooring: a public client (RFC 8252), told apart by its key alone."""
SCOPE = "activate"
"""The one thing that can be asked for: to act for the account on licenses and devices."""
CALLBACK = "/callback"
_LOOPBACKS = frozenset({"127.0.0.1", "[::1]"})
# Not `localhost`: it may be resolved to elsewhere, and a firewall may be asked (RFC 8252, 8.3).


def check_client(client_id: str | None) -> str:
    """Return ``client_id`` if it is a client of this server.

    Raises:
        OAuthError: ``invalid_client``.
    """
    if client_id != DEVICE_CLIENT:
        raise OAuthError("invalid_client", "this server knows no such client")
    return client_id


def check_scope(scope: str | None) -> str:
    """Return what is granted for ``scope``; nothing asked is all there is.

    Raises:
        OAuthError: ``invalid_scope``.
    """
    asked = set((scope or SCOPE).split(" "))
    if asked != {SCOPE}:
        raise OAuthError("invalid_scope", f"the one scope is {SCOPE}")
    return SCOPE


def check_redirect_uri(uri: str | None) -> str:
    """Return ``uri`` if it leads to a program on the person's own computer.

    ``http://127.0.0.1:PORT/callback`` or ``http://[::1]:PORT/callback`` with any port, and exact
    everywhere else (RFC 8252, 7.3).

    Raises:
        UnsafeRedirect: It leads elsewhere, or says so in an unusual way.
    """
    if uri is not None:
        for loopback in _LOOPBACKS:
            port = uri.removeprefix(f"http://{loopback}:").removesuffix(CALLBACK)
            if uri == f"http://{loopback}:{port}{CALLBACK}" and _is_port(port):
                return uri
    raise UnsafeRedirect(
        "invalid_request",
        f"redirect_uri must be http://127.0.0.1:PORT{CALLBACK} or http://[::1]:PORT{CALLBACK}",
    )


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and text[0] != "0" and len(text) <= 5 and int(text) <= 65535

"""The errors of OAuth: their names are the protocol's, and belong to programs, not to people."""

from __future__ import annotations

from typing import Literal

ErrorName = Literal[
    "access_denied",
    "authorization_pending",
    "expired_token",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "slow_down",
    "unsupported_grant_type",
    "unsupported_response_type",
]


class OAuthError(Exception):
    """An answer of no in OAuth (RFC 6749, 5.2; RFC 8628, 3.5).

    Attributes:
        error: Its name in the protocol.
        description: For the programmer who reads it: plain ASCII without quotes, and without any secret.
    """

    def __init__(self, error: ErrorName, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


class UnsafeRedirect(OAuthError):
    """The client or its redirect address cannot be trusted: the error is shown, and nobody is sent anywhere.

    RFC 6749, 4.1.2.1: redirecting here would make the server an open redirector.
    """

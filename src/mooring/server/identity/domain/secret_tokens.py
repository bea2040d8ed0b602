"""Secret tokens: long random texts that open something for whoever shows them."""

from __future__ import annotations

import secrets
from enum import StrEnum

LONGEST = 512
"""Characters of a token that is worth looking up."""
_BYTES = 32


class TokenKind(StrEnum):
    """What a token opens. Each kind is hashed for itself, so that none passes for another."""

    SESSION = "session"
    DEVICE_CODE = "device_code"
    USER_CODE = "user_code"
    AUTHORIZATION_CODE = "authorization_code"
    REFRESH = "refresh"
    ACCESS = "access"
    KNOWN_BROWSER = "known_browser"
    RECOVERY_CODE = "recovery_code"
    MAIL_LINK = "mail_link"
    MAIL_CODE = "mail_code"
    STAFF_INVITATION = "staff_invitation"


def new_token() -> str:
    """Return a fresh token of 256 random bits, in letters that any address and header can carry."""
    return secrets.token_urlsafe(_BYTES)

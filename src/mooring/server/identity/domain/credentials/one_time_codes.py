"""One-time codes: six digits that change every thirty seconds (TOTP, RFC 6238)."""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from base64 import b32encode
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from datetime import datetime

DIGITS: Final = 6
STEP: Final = 30
"""Seconds that one code shows."""
SKEW: Final = 1
"""Steps that a clock may be off, either way."""
SECRET_BYTES: Final = 20
"""As many as SHA-1 gives (RFC 4226, 4)."""
LONGEST_TYPED: Final = 32


def new_secret() -> bytes:
    """Return what an app and we shall share."""
    return secrets.token_bytes(SECRET_BYTES)


def step_at(at: datetime) -> int:
    """Return the number of the time step that ``at`` lies in."""
    return int(at.timestamp()) // STEP


def code_of(secret: bytes, step: int, *, digits: int = DIGITS) -> str:
    """Return the code that an app shows in a time step (RFC 4226, 5.3, with HMAC-SHA-1)."""
    # SHA-1 is what every app knows; that collisions of it can be found is nothing to an HMAC.
    digest = hmac.digest(secret, step.to_bytes(8), "sha1")
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: bytes, code: str, *, after: int, at: datetime) -> int | None:
    """Return the step that ``code`` is of, near ``at`` and later than the step ``after``; none if of none."""
    now = step_at(at)
    return next(
        (
            step
            for step in range(now - SKEW, now + SKEW + 1)
            if step > after and hmac.compare_digest(code_of(secret, step), code)
        ),
        None,
    )


def parse_code(typed: str) -> str | None:
    """Return the digits that were typed, in any spacing; none when they cannot be a code.

    >>> parse_code(" 123 456 ")
    '123456'
    """
    if len(typed) > LONGEST_TYPED:
        return None
    digits = "".join(unicodedata.normalize("NFKC", typed).split()).replace("-", "")
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdecimal() else None


def typed_secret(secret: bytes) -> str:
    """Return the secret as a person types it into an app, in groups of four."""
    letters = b32encode(secret).decode().rstrip("=")
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def secret_address(secret: bytes, *, issuer: str, account: str) -> str:
    """Return the address that an app reads from a picture (the Key URI Format of Google Authenticator)."""
    label = quote(f"{issuer.replace(':', ' ')}:{account}", safe="@")
    letters = b32encode(secret).decode().rstrip("=")
    return f"otpauth://totp/{label}?secret={letters}&issuer={quote(issuer.replace(':', ' '), safe='')}"

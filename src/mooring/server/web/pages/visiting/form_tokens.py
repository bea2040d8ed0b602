"""Form tokens: proof that a form which changes something was shown by us, to this very browser.

A token is a keyed hash of what the browser holds in a cookie: its session, or before sign-in a random seed.
Another site can make the browser send the cookie, but it can neither read the token nor make one.
"""

import hmac
import os
from base64 import urlsafe_b64encode
from typing import Final

SEED_BYTES: Final = 18


class FormTokens:
    """Makes and judges the tokens of this server."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, held: str) -> str:
        """Return the token for the browser that holds ``held`` in its cookie."""
        digest = hmac.digest(self._key, b"mooring/form/1\0" + held.encode(), "sha256")
        return urlsafe_b64encode(digest[:24]).decode()

    def is_good(self, token: str | None, held: str | None) -> bool:
        """Was ``token`` made for the browser that holds ``held``?"""
        if not token or not held:
            return False
        return hmac.compare_digest(token.encode(), self.token(held).encode())


def new_seed() -> str:
    """Return what a browser is given to hold before it has a session."""
    return urlsafe_b64encode(os.urandom(SEED_BYTES)).decode()

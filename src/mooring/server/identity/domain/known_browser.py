"""A known browser: one in which a person signed in before, and that can show it.

What it shows is a text of marks, the latest first, one for each person who signed in there. A mark names
nobody: whether it is of a person can only be judged with that person's address and the server's secret.
"""

from __future__ import annotations

import re
import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING, Final, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Callable

KNOWN_FOR: Final = timedelta(days=365)
"""After the latest sign-in; every other makes it anew."""
MOST: Final = 8
"""People that one browser is remembered for."""
LONGEST: Final = 2048
"""Characters that are worth reading."""

_MARK = re.compile(r"([0-9]{1,10})~([A-Za-z0-9_-]{16})~([A-Za-z0-9_-]{43})", re.ASCII)


class Mark(NamedTuple):
    """What one sign-in left in a browser."""

    signed_in_at: int
    """Seconds since 1970."""
    browser: str
    """Names this browser for this person; random."""
    seal: str
    """The keyed hash of the two and the person's address."""

    @classmethod
    def of(cls, email_key: str, browser: str, hash_of: Callable[[str], bytes], *, at: datetime) -> Self:
        """Return the mark of a person who signed in ``at``, sealed by ``hash_of``, which knows a secret."""
        seconds = int(at.timestamp())
        return cls(seconds, browser, _seal(email_key, browser, seconds, hash_of))

    def is_of(self, email_key: str, hash_of: Callable[[str], bytes], *, at: datetime) -> bool:
        """Did this person sign in here, within a year before ``at``?"""
        age = at - datetime.fromtimestamp(self.signed_in_at, UTC)
        wanted = _seal(email_key, self.browser, self.signed_in_at, hash_of)
        return compare_digest(self.seal, wanted) and age < KNOWN_FOR

    def __str__(self) -> str:
        return "~".join(map(str, self))


def read_marks(shown: str | None) -> tuple[Mark, ...]:
    """Return the marks in what a browser shows, be they good or not."""
    if not shown or len(shown) > LONGEST:
        return ()
    found = (_MARK.fullmatch(part) for part in shown.split("."))
    return tuple(Mark(int(mark[1]), mark[2], mark[3]) for mark in found if mark)[:MOST]


def write_marks(newest: Mark, others: tuple[Mark, ...]) -> str:
    """Return what a browser is given to show."""
    return ".".join(map(str, (newest, *others)[:MOST]))


def new_browser() -> str:
    """Return a fresh identifier for a browser."""
    return secrets.token_urlsafe(12)


def _seal(email_key: str, browser: str, seconds: int, hash_of: Callable[[str], bytes]) -> str:
    return urlsafe_b64encode(hash_of(f"{seconds} {browser} {email_key}")).rstrip(b"=").decode()

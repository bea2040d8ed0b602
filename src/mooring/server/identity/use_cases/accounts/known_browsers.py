"""Known browsers: telling the person's own browser from a stranger's, before any password is looked at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mooring.server.identity.domain.known_browser import Mark, new_browser, read_marks, write_marks
from mooring.server.identity.domain.secret_tokens import TokenKind

if TYPE_CHECKING:
    from mooring.server.identity.ports.token_secrets import TokenSecrets


class KnownBrowsers:
    """Recognizes browsers in which a person signed in, and gives them what they are recognized by."""

    def __init__(self, secrets: TokenSecrets) -> None:
        self._secrets = secrets

    def recognize(self, shown: str | None, email_key: str, *, at: datetime) -> str | None:
        """Return the identifier of the browser that shows ``shown``; none if this person never used it."""
        mark = self._mark(shown, email_key, at=at)
        return None if mark is None else mark.browser

    def signed_in_at(self, shown: str | None, email_key: str, *, at: datetime) -> datetime | None:
        """Return when this person last signed in in the browser that shows ``shown``; none: never."""
        mark = self._mark(shown, email_key, at=at)
        return None if mark is None else datetime.fromtimestamp(mark.signed_in_at, UTC)

    def remember(self, shown: str | None, email_key: str, *, at: datetime) -> str:
        """Return what the browser shall show from now on, this person having signed in."""
        known = self._mark(shown, email_key, at=at)
        others = tuple(mark for mark in read_marks(shown) if mark != known)
        browser = new_browser() if known is None else known.browser
        return write_marks(Mark.of(email_key, browser, self._hash, at=at), others)

    def _mark(self, shown: str | None, email_key: str, *, at: datetime) -> Mark | None:
        marks = read_marks(shown)
        return next((mark for mark in marks if mark.is_of(email_key, self._hash, at=at)), None)

    def _hash(self, text: str) -> bytes:
        return self._secrets.hash(text, TokenKind.KNOWN_BROWSER)

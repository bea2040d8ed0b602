"""Known browsers: telling the person's own browser from a stranger's, before any password is looked at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mooring.server.identity.domain.known_browser import Mark, new_browser, read_marks, write_marks
from mooring.server.identity.domain.secret_tokens import TokenKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.ports.accounts import AccountReader
    from mooring.server.identity.ports.token_secrets import TokenSecrets


class KnownBrowsers:
    """Recognizes browsers in which a person signed in, and gives them what they are recognized by.

    One that signed in before the password or the second factor was last changed is a stranger's again: it may
    be of whom that locked out.
    """

    def __init__(self, secrets: TokenSecrets) -> None:
        self._secrets = secrets

    async def recognize(
        self,
        reading: Callable[[], AbstractAsyncContextManager[AccountReader]],
        shown: str | None,
        email_key: str,
        *,
        at: datetime,
    ) -> str | None:
        """Return the identifier of the browser that shows ``shown``, if this address signed in there.

        What is kept is read for who shows a good mark, and for no stranger.
        """
        mark = self._mark(shown, email_key, at=at)
        if mark is None:
            return None
        async with reading() as reader:
            credential = await reader.credential(email_key)
        return None if credential is None or _is_before(mark, credential.changed_at) else mark.browser

    async def recognize_owner(
        self, reader: AccountReader, account_id: AccountId, shown: str | None, known_as: str, *, at: datetime
    ) -> str | None:
        """Return the identifier of the browser that shows ``shown``, if this account's owner used it."""
        mark = self._mark(shown, known_as, at=at)
        if mark is None or _is_before(mark, await reader.proofs_changed_at(account_id)):
            return None
        return mark.browser

    def remember(self, shown: str | None, known_as: str, *, at: datetime) -> str:
        """Return what the browser shall show from now on, this person having proved who they are in it."""
        known = self._mark(shown, known_as, at=at)
        others = tuple(mark for mark in read_marks(shown) if mark != known)
        browser = new_browser() if known is None else known.browser
        return write_marks(Mark.of(known_as, browser, self._hash, at=at), others)

    def _mark(self, shown: str | None, known_as: str, *, at: datetime) -> Mark | None:
        marks = read_marks(shown)
        return next((mark for mark in marks if mark.is_of(known_as, self._hash, at=at)), None)

    def _hash(self, text: str) -> bytes:
        return self._secrets.hash(text, TokenKind.KNOWN_BROWSER)


def _is_before(mark: Mark, changed_at: datetime | None) -> bool:
    return changed_at is not None and datetime.fromtimestamp(mark.signed_in_at, UTC) < changed_at

"""Challenges: what a passkey signs. Each is for one ceremony of one browser, and good once."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from mooring.server.foundation.budgets.budget import Budget, BudgetSpent, Try
from mooring.server.identity.domain.credentials.passkey import PasskeyRefused
from mooring.server.identity.ports.sealed_texts import NotSealedByUs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mooring.server.foundation.budgets.port import Budgets
    from mooring.server.identity.ports.sealed_texts import SealedTexts

Ceremony = Literal["create", "use"]

LASTS: Final = timedelta(minutes=10)
ONCE: Final = Budget("passkey-challenges", 1, int(LASTS.total_seconds()))
"""A challenge is spent when it is shown: it comes back only when it is over."""
LONGEST: Final = 1024
_BYTES: Final = 32


class Challenges:
    """Gives challenges out, sealed for the browser that carries them, and takes each once.

    Nothing is kept of one that nobody answers: a page that is only looked at costs no memory.
    """

    def __init__(self, sealed_texts: SealedTexts, budgets: Budgets) -> None:
        self._sealed_texts = sealed_texts
        self._budgets = budgets

    def give(self, ceremony: Ceremony, holder: str, *, at: datetime) -> tuple[bytes, str]:
        """Return a new challenge for the browser that holds ``holder``, and how that browser carries it."""
        challenge = secrets.token_bytes(_BYTES)
        content = {
            "challenge": urlsafe_b64encode(challenge).decode(),
            "holder": _named(holder),
            "at": int(at.timestamp()),
        }
        return challenge, self._sealed_texts.seal(json.dumps(content), _purpose(ceremony))

    @asynccontextmanager
    async def taken(
        self, carried: str, ceremony: Ceremony, holder: str, *, at: datetime
    ) -> AsyncIterator[bytes]:
        """Give the challenge that a browser ``carried``; it is spent, unless the block could not be done.

        Raises:
            PasskeyRefused: It is another browser's or for something else, over, or spent.
        """
        challenge = self._opened(carried, ceremony, holder, at=at)
        once = Try(ONCE, hashlib.sha256(challenge).hexdigest())
        try:
            await self._budgets.take(once, at=at)
        except BudgetSpent:
            raise PasskeyRefused("the challenge was used before") from None
        is_spent = False
        try:
            yield challenge
            is_spent = True
        except PasskeyRefused:
            is_spent = True
            raise
        finally:
            if not is_spent:
                await self._budgets.give_back(once, at=at)

    def _opened(self, carried: str, ceremony: Ceremony, holder: str, *, at: datetime) -> bytes:
        if len(carried) > LONGEST:
            raise PasskeyRefused("the challenge is too long")
        try:
            content = json.loads(self._sealed_texts.unseal(carried, _purpose(ceremony)))
        except NotSealedByUs:
            raise PasskeyRefused("the challenge is not ours") from None
        given_at = datetime.fromtimestamp(content["at"], UTC)
        if not hmac.compare_digest(content["holder"], _named(holder)):
            raise PasskeyRefused("the challenge is another browser's")
        if not given_at <= at < given_at + LASTS:
            raise PasskeyRefused("the challenge is over")
        return urlsafe_b64decode(content["challenge"])


def _named(holder: str) -> str:
    return hashlib.sha256(holder.encode()).hexdigest()


def _purpose(ceremony: Ceremony) -> str:
    return f"passkey/{ceremony}"

"""Access and refresh tokens: what a signed-in device shows, and how it gets the next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from mooring.server.identity.domain.authorization.grant import GrantId

ACCESS_LASTS = timedelta(minutes=10)
REFRESH_LASTS = timedelta(days=180)
"""A device that was away for longer signs in again."""
FORGIVEN = timedelta(seconds=60)
"""For so long a refresh token that was used may be shown once more, because its answer was lost."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token for requests, kept as a keyed hash."""

    token_hash: bytes
    grant_id: GrantId
    issued_at: datetime

    @property
    def expires_at(self) -> datetime:
        """From when on it is worth nothing."""
        return self.issued_at + ACCESS_LASTS


class RefreshAnswer(StrEnum):
    """What is done with a refresh token that is shown."""

    ROTATE = "rotate"
    REPEAT = "repeat"
    EXPIRED = "expired"
    REUSED = "reused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """A token for new tokens, kept as a keyed hash, good once.

    Attributes:
        token_hash: Its keyed hash.
        grant_id: The grant it belongs to.
        issued_at: When it was given out.
        used_at: When it was exchanged for its successor.
        successor_hash: Keyed hash of the successor.
        sealed_successor: The successor itself, sealed, for as long as a lost answer may be asked for again.
    """

    token_hash: bytes
    grant_id: GrantId
    issued_at: datetime
    used_at: datetime | None = None
    successor_hash: bytes | None = None
    sealed_successor: bytes | None = None

    @property
    def expires_at(self) -> datetime:
        """From when on it is worth nothing."""
        return self.issued_at + REFRESH_LASTS

    def presented(self, *, at: datetime) -> RefreshAnswer:
        """Return what is done with the token, shown at ``at`` by the key that it is bound to.

        A successor that was used has no sealed copy any more: whoever shows its parent then did not lose an
        answer, but holds an old token.
        """
        if self.used_at is not None:
            forgiven = self.sealed_successor is not None and at <= self.used_at + FORGIVEN
            return RefreshAnswer.REPEAT if forgiven else RefreshAnswer.REUSED
        return RefreshAnswer.ROTATE if at < self.expires_at else RefreshAnswer.EXPIRED

    def used(self, *, successor_hash: bytes, sealed_successor: bytes, at: datetime) -> Self:
        """Return the token as exchanged for its successor."""
        return replace(self, used_at=at, successor_hash=successor_hash, sealed_successor=sealed_successor)

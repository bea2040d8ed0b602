"""A session: a browser in which a person is signed in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NewType, Self

if TYPE_CHECKING:
    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.federation.identity import IdentityId

SessionId = NewType("SessionId", str)

PASSWORD = "password"  # noqa: S105 - how, not which
"""The method of a session that was opened with a password; with a passkey it is ``passkey``, and with a
provider ``federated:`` and its name."""
LONGEST = timedelta(days=30)
"""A session ends this long after the person signed in."""
IDLE = timedelta(days=7)
"""A session ends this long after it was last used."""
FRESH = timedelta(minutes=10)
"""For so long after somebody proved who they are it is not asked for again, even for what is delicate."""
SEEN_AGAIN_AFTER = timedelta(hours=1)
"""How exactly it is known when a session was last used: writing it each time would cost a commit a page."""


def no_longer_fresh(at: datetime) -> datetime:
    """Return the latest moment of a proof that is asked for again at ``at``."""
    return at - FRESH


class NotFresh(Exception):
    """What is delicate needs a sign-in of the last minutes: the person must prove again who they are."""


def federated(provider: str) -> str:
    """Return the method of a session that was opened at this provider."""
    return f"federated:{provider}"


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. Its token is kept only as a keyed hash, and never in here.

    Attributes:
        id: Its identifier; no secret.
        account_id: Who is signed in.
        created_at: When the person signed in.
        last_seen_at: When it was last used, exact to ``SEEN_AGAIN_AFTER``.
        method: How they signed in: ``password``, ``passkey``, ``federated:microsoft`` ...
        second_factor_at: When they last showed a second factor; none so far.
        fresh_at: When they last proved who they are; none: when they signed in.
        identity_id: By which identity at a provider they signed in.
        provider_session: The session at that provider: when it ends there, this one ends, too.
        browser: What they sit at, such as ``Firefox on Windows``, by its own word.
        place: The network address they signed in from.
    """

    id: SessionId
    account_id: AccountId
    created_at: datetime
    last_seen_at: datetime
    method: str = PASSWORD
    second_factor_at: datetime | None = None
    fresh_at: datetime | None = None
    identity_id: IdentityId | None = None
    provider_session: str | None = None
    browser: str | None = None
    place: str | None = None

    @property
    def ends_at(self) -> datetime:
        """When it ends unless it is used again."""
        return min(self.created_at + LONGEST, self.last_seen_at + IDLE)

    def is_live(self, *, at: datetime) -> bool:
        """Whether somebody is signed in at ``at``."""
        return at < self.ends_at

    def is_fresh(self, *, at: datetime) -> bool:
        """Whether somebody proved just now who they are, so that something delicate may be done."""
        return at - (self.fresh_at or self.created_at) < FRESH

    def seen(self, *, at: datetime) -> Self:
        """Return the session as it is after being used at ``at``; itself while that is not worth writing."""
        if at - self.last_seen_at < SEEN_AGAIN_AFTER:
            return self
        return replace(self, last_seen_at=at)

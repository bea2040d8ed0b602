"""Admission to the console: a session opens it only if it was begun lately, and with two factors."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mooring.server.identity.domain.session import Session

WORKDAY: Final = timedelta(hours=12)
"""For so long the console stays open; then they prove again who they are."""


def opens_console(session: Session, *, at: datetime) -> bool:
    """Tell whether somebody in ``session`` showed a second factor, and proved not long ago who they are."""
    proved_at = session.fresh_at or session.created_at
    return session.second_factor_at is not None and at - proved_at < WORKDAY

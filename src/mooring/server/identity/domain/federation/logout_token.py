"""Judging a logout token: a provider says that a session there ended (Back-Channel Logout 1.0, 2.6)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from mooring.server.identity.domain.federation.id_token import (
    SKEW,
    check_audience,
    check_times,
    claimed_instant,
    claimed_session,
)
from mooring.server.identity.domain.federation.issuers import LONGEST_SUBJECT
from mooring.server.identity.domain.federation.refusals import TokenRefused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mooring.server.identity.domain.federation.id_token import ProviderKey
    from mooring.server.identity.domain.federation.issuers import IssuerRule

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
LASTS: Final = timedelta(minutes=10)
"""After it was issued, however long it says: for so long it must be known that it was taken."""


class LoggedOut(NamedTuple):
    """What ended at a provider: one session, or every one of a person where none is named."""

    issuer: str
    token_id: str
    """Never used again by this issuer."""
    provider_session: str | None
    subject: str | None


def judge_logout(
    claims: Mapping[str, object], *, key: ProviderKey, issuers: IssuerRule, client_id: str, at: datetime
) -> LoggedOut:
    """Return what ended, by the ``claims`` of a token whose signature by ``key`` was found good.

    Raises:
        TokenRefused: they are not believed; ``why`` is ``issuer``, ``tenant``, ``key_issuer``, ``audience``,
            ``expired``, ``future``, ``events``, ``nonce``, ``token_id`` or ``subject``.
    """
    issuers.check(claims, key.issuer)
    check_audience(claims, client_id)
    check_times(claims, at=at)
    issued = claimed_instant(claims, "iat")
    if issued is None or issued <= at - LASTS - SKEW:
        raise TokenRefused("expired")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise TokenRefused("events")
    if "nonce" in claims:  # it is, or could be taken for, a token that signs somebody in
        raise TokenRefused("nonce")
    token_id, session = _text(claims.get("jti")), claimed_session(claims)
    if token_id is None:
        raise TokenRefused("token_id")
    subject = _text(claims.get("sub"))
    if session is None and (subject is None or "sid" in claims):
        raise TokenRefused("subject")
    return LoggedOut(str(claims["iss"]), token_id, session, subject)


def _text(told: object) -> str | None:
    good = (
        isinstance(told, str) and 0 < len(told) <= LONGEST_SUBJECT and told.isascii() and told.isprintable()
    )
    return told if isinstance(told, str) and good else None

"""Sign out by a provider: a session that ends there ends here (OpenID Connect Front-Channel Logout 1.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from mooring.server.identity.domain.session import Session
    from mooring.server.identity.ports.identities import Identities, IdentityWriter
    from mooring.server.identity.ports.providers import Provider

LONGEST = 255


class SignOutByProvider:
    """Ends the sessions that a provider's session opened.

    Anybody may ask for it, so no transaction begins unless there is something to end. Who knows that
    session's identifier may end it: it is random, and no more than a sign-out can come of it.
    """

    def __init__(self, identities: Identities, providers: Mapping[str, Provider]) -> None:
        self._identities = identities
        self._providers = providers

    async def __call__(self, issuer: str | None, provider_session: str | None, *, at: datetime) -> int:
        """End what ``issuer`` opened by this session of its own, and return how many sessions that were."""
        if not issuer or not provider_session or max(len(issuer), len(provider_session)) > LONGEST:
            return 0
        if not any(provider.may_issue_as(issuer) for provider in self._providers.values()):
            return 0
        async with self._identities.reading() as reader:
            if not await reader.has_sessions_at(issuer, provider_session):
                return 0
        async with self._identities.changing() as writer:
            ended = await writer.remove_sessions_at(issuer, provider_session)
            return await record_sign_outs(writer, ended, at=at)


async def record_sign_outs(writer: IdentityWriter, ended: Sequence[Session], *, at: datetime) -> int:
    """Write down that a provider ended these sessions, and return how many they are."""
    for session in ended:
        subjects = {"account": session.account_id, "session": session.id}
        detail = {"by": "provider"}
        await writer.record("account.signed_out", subjects=subjects, at=at, detail=detail)
    return len(ended)

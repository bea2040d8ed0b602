"""End sessions: the owner of an account signs browsers out from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.session import Session, SessionId
    from mooring.server.identity.ports.accounts import AccountWriter
    from mooring.server.identity.ports.credentials import Credentials, CredentialWriter


class EndSession:
    """Signs one browser out."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    async def __call__(self, session_id: SessionId, *, account_id: AccountId, at: datetime) -> None:
        """End the session, if it is this account's.

        Raises:
            NotFound: It is not, or has ended: whether another has it is never told.
        """
        async with self._credentials.changing() as writer:
            ended = await writer.remove_session_of(account_id, session_id)
            if ended is None:
                raise NotFound
            await _record(writer, ended, at=at)


class EndOtherSessions:
    """Signs every browser out but the one that the owner sits at."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    async def __call__(self, *, keep: Session, at: datetime) -> int:
        """End the account's sessions but ``keep``, and return how many there were."""
        async with self._credentials.changing() as writer:
            return await end_other_sessions(writer, keep.account_id, keep=keep.id, at=at)


async def end_other_sessions(
    writer: CredentialWriter, account_id: AccountId, *, keep: SessionId | None, at: datetime
) -> int:
    """End the account's sessions but the one to ``keep``, and return how many there were."""
    ended = await writer.remove_sessions_of(account_id, keep=keep)
    for session in ended:
        await _record(writer, session, at=at)
    return len(ended)


async def _record(writer: AccountWriter, session: Session, *, at: datetime) -> None:
    subjects = {"account": session.account_id, "session": session.id}
    await writer.record("account.signed_out", subjects=subjects, at=at, detail={"reason": "ended_by_owner"})

"""Opening a session: always with a new token, and the one that came before is worth nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.identifiers import new_identifier
from mooring.server.identity.domain.secret_tokens import TokenKind, new_token
from mooring.server.identity.domain.session import PASSWORD, Session, SessionId
from mooring.server.identity.use_cases.accounts.known_browsers import KnownBrowsers
from mooring.server.identity.use_cases.accounts.messages import OpenedSession
from mooring.server.identity.use_cases.accounts.telling import tell_owner

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.federation.identity import IdentityId
    from mooring.server.identity.ports.accounts import AccountWriter
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.accounts.messages import Arrival


async def open_session(
    writer: AccountWriter,
    secrets: TokenSecrets,
    account: Account,
    arrival: Arrival,
    *,
    method: str = PASSWORD,
    identity_id: IdentityId | None = None,
    provider_session: str | None = None,
    second_factor_at: datetime | None = None,
    proved_at: datetime | None = None,
    created: bool = False,
    at: datetime,
) -> OpenedSession:
    """Sign ``account`` in, as somebody arrived, and return the session with its token.

    ``proved_at`` is when the person proved who they are, if that was not just now.
    """
    if arrival.old_token is not None:
        await writer.remove_session(secrets.hash(arrival.old_token, TokenKind.SESSION))
    token = new_token()
    session = Session(
        SessionId(new_identifier("ses", at)),
        account.id,
        at,
        at,
        method=method,
        second_factor_at=second_factor_at,
        fresh_at=proved_at or at,
        identity_id=identity_id,
        provider_session=provider_session,
        browser=arrival.browser,
        place=arrival.address,
    )
    await writer.add_session(session, secrets.hash(token, TokenKind.SESSION))
    await writer.record("account.signed_in", subjects={"account": account.id, "session": session.id}, at=at)
    browsers = KnownBrowsers(secrets)
    shown, known_as = arrival.known_browser, account.known_as
    if not created and not await browsers.recognize_owner(writer, account.id, shown, known_as, at=at):
        await tell_owner(
            writer,
            account,
            "new_sign_in",
            at=at,
            when=at,
            where=arrival.address,
            browser=arrival.browser or "",
        )
    return OpenedSession(token, session, account, browsers.remember(shown, known_as, at=at), created)

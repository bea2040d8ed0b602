"""Change a password: by who knows the one there is, or set the first where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import SignInRequired
from mooring.server.identity.domain.account import CredentialsWrong
from mooring.server.identity.domain.password import PasswordUnfit, parse_password
from mooring.server.identity.domain.session import NotFresh
from mooring.server.identity.use_cases.accounts.known_browsers import KnownBrowsers
from mooring.server.identity.use_cases.accounts.still_signed_in import hold_account
from mooring.server.identity.use_cases.accounts.telling import tell_owner
from mooring.server.identity.use_cases.sessions.end_sessions import end_other_sessions

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.session import Session
    from mooring.server.identity.ports.credentials import Credentials, KeptPassword
    from mooring.server.identity.ports.passwords import PasswordHashes
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.accounts.limits import SignInLimits
    from mooring.server.identity.use_cases.accounts.messages import Arrival


class NoAddress(Exception):
    """An account without an address cannot have a password: nobody could say whose it is."""


class ChangePassword:
    """Gives an account another password. Every other browser is signed out, and the owner told by mail."""

    def __init__(
        self,
        credentials: Credentials,
        passwords: PasswordHashes,
        secrets: TokenSecrets,
        limits: SignInLimits,
    ) -> None:
        self._credentials = credentials
        self._passwords = passwords
        self._limits = limits
        self._browsers = KnownBrowsers(secrets)

    async def __call__(
        self, current: str, new: str, *, session: Session, arrival: Arrival, at: datetime
    ) -> None:
        """Let ``new`` be the password of the account in ``session``, as typed; ``current`` is the old one.

        Where there is none so far ``current`` does not count.

        Raises:
            CredentialsWrong: ``current`` is not the account's password.
            SignInRequired: The session was ended meanwhile.
            PasswordUnfit: ``new`` is not good enough.
            NoAddress: The account has no address to sign in with.
            NotFresh: There is none so far, and who is signed in must prove again who they are.
            BudgetSpent: There were too many wrong ones.
            ServiceUnavailable: Too many passwords are looked at just now.
        """
        async with self._credentials.reading() as reader:
            account = await reader.account(session.account_id)
            kept = await reader.password_of(session.account_id)
        if account is None:
            raise SignInRequired
        if kept is None and not session.is_fresh(at=at):  # else a browser found open gave a way in for good
            raise NotFresh
        if account.email is None:
            raise NoAddress
        password = parse_password(new)
        password.check_fit(account.email)
        if kept is not None:
            await self._check(account.email.key, current, kept, arrival, at=at)
        await self._keep(account, await self._passwords.hash(password), kept, session, at=at)

    async def _check(
        self, email_key: str, typed: str, kept: KeptPassword, arrival: Arrival, *, at: datetime
    ) -> None:
        """Return only if ``typed`` is the password that is ``kept``; a wrong one is a guess as at sign-in."""
        browser = await self._browsers.recognize(
            self._credentials.reading, arrival.known_browser, email_key, at=at
        )
        async with self._limits.attempt(email_key, arrival.address, browser=browser, at=at):
            try:
                password = parse_password(typed)
            except PasswordUnfit:  # nothing typed, or what can be nobody's
                raise CredentialsWrong from None
            if not await self._passwords.matches(password, kept.hash):
                raise CredentialsWrong

    async def _keep(
        self, account: Account, new_hash: str, old: KeptPassword | None, session: Session, *, at: datetime
    ) -> None:
        async with self._credentials.changing() as writer:
            # A link to another password that is used just now is locked before the account is; so here, too.
            await writer.end_resets_of(account.id, at=at)
            await hold_account(writer, session)
            if await writer.password_of(account.id) != old:
                raise CredentialsWrong
            await writer.save_password(account.id, new_hash, at=at)
            await end_other_sessions(writer, account.id, keep=session.id, at=at)
            await writer.record("account.password_changed", subjects={"account": account.id}, at=at)
            await tell_owner(writer, account, "password_changed", at=at)

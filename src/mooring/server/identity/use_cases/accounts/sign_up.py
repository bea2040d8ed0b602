"""Sign up: make an account with an address and a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.identifiers import new_account_id
from mooring.server.identity.domain.account import Account
from mooring.server.identity.domain.email_address import parse_email_address
from mooring.server.identity.domain.password import parse_password
from mooring.server.identity.ports.accounts import EmailTaken
from mooring.server.identity.use_cases.accounts.known_browsers import KnownBrowsers
from mooring.server.identity.use_cases.accounts.open_session import open_session
from mooring.server.identity.use_cases.accounts.sign_in import SignIn

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.credentials.half_session import HalfSession
    from mooring.server.identity.ports.accounts import Accounts
    from mooring.server.identity.ports.passwords import PasswordHashes
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.accounts.limits import SignInLimits
    from mooring.server.identity.use_cases.accounts.messages import OpenedSession, SignInAttempt


class SignUp:
    """Makes accounts. With an address that has one already it signs in, if the password is that account's."""

    def __init__(
        self, accounts: Accounts, passwords: PasswordHashes, secrets: TokenSecrets, limits: SignInLimits
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._secrets = secrets
        self._limits = limits
        self._sign_in = SignIn(accounts, passwords, secrets, limits)
        self._browsers = KnownBrowsers(secrets)

    async def __call__(self, attempt: SignInAttempt, *, at: datetime) -> OpenedSession | HalfSession:
        """Return the session of the new account, or of the one that has this address and password.

        Raises:
            EmailMalformed: The address is none.
            PasswordUnfit: The password is not good enough.
            CredentialsWrong: The address has an account, with another password; the same as at sign-in.
            RateLimited: There were too many, wrong or new.
            ServiceUnavailable: Too many sign in at once.
        """
        email, password = parse_email_address(attempt.email), parse_password(attempt.password)
        password.check_fit(email)
        browser = await self._browsers.recognize(
            self._accounts.reading, attempt.known_browser, email.key, at=at
        )
        async with (
            self._limits.attempt(email.key, attempt.address, browser=browser, at=at),
            # Before the look-up: a place that made too many is refused whether or not there is an account.
            self._limits.new_account(attempt.address, at=at) as new,
        ):
            async with self._accounts.reading() as reader:
                known = await reader.credential(email.key)
            if known is not None:
                return await self._sign_in.checked(known, password, attempt, at=at)
            password_hash = await self._passwords.hash(password)
            account = Account(new_account_id(at), email, at)
            try:
                opened = await self._make(account, password_hash, attempt, at=at)
            except EmailTaken:  # in this very moment, perhaps by the same person's second click
                # A transaction sees what is still being committed, and ends when that is durable.
                async with self._accounts.changing() as writer:
                    known = await writer.credential(email.key)
                return await self._sign_in.checked(known, password, attempt, at=at)
            new.was_made = True
            return opened

    async def _make(
        self, account: Account, password_hash: str, attempt: SignInAttempt, *, at: datetime
    ) -> OpenedSession:
        async with self._accounts.changing() as writer:
            await writer.add_account(account, password_hash)
            await writer.record("account.created", subjects={"account": account.id}, at=at)
            return await open_session(writer, self._secrets, account, attempt, created=True, at=at)

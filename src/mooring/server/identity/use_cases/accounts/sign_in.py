"""Sign in: with an address and its password, and a second factor where the account has or needs one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.account import CredentialsWrong
from mooring.server.identity.domain.credentials.half_session import HalfSession
from mooring.server.identity.domain.email_address import EmailMalformed, parse_email_address
from mooring.server.identity.domain.password import PasswordUnfit, parse_password
from mooring.server.identity.use_cases.accounts.known_browsers import KnownBrowsers
from mooring.server.identity.use_cases.accounts.open_session import open_session

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.password import Password
    from mooring.server.identity.ports.accounts import Accounts, AccountWriter, Credential
    from mooring.server.identity.ports.passwords import PasswordHashes
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.accounts.limits import SignInLimits
    from mooring.server.identity.use_cases.accounts.messages import OpenedSession, SignInAttempt


class SignIn:
    """Opens a session, or half of one. Neither the answer nor its time tells whether an account exists."""

    def __init__(
        self, accounts: Accounts, passwords: PasswordHashes, secrets: TokenSecrets, limits: SignInLimits
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._secrets = secrets
        self._limits = limits
        self._browsers = KnownBrowsers(secrets)

    async def __call__(self, attempt: SignInAttempt, *, at: datetime) -> OpenedSession | HalfSession:
        """Return the session that the attempt opened; half of one where a second factor is asked for.

        Raises:
            CredentialsWrong: No account has this address and this password.
            RateLimited: There were too many wrong ones.
            ServiceUnavailable: Too many sign in at once.
        """
        try:
            email, password = parse_email_address(attempt.email), parse_password(attempt.password)
        except (EmailMalformed, PasswordUnfit):  # no account can have them, and anybody can tell
            raise CredentialsWrong from None
        browser = await self._browsers.recognize(
            self._accounts.reading, attempt.known_browser, email.key, at=at
        )
        async with self._limits.attempt(email.key, attempt.address, browser=browser, at=at):
            async with self._accounts.reading() as reader:
                credential = await reader.credential(email.key)
            return await self.checked(credential, password, attempt, at=at)

    async def checked(
        self, credential: Credential | None, password: Password, attempt: SignInAttempt, *, at: datetime
    ) -> OpenedSession | HalfSession:
        """Return the session of the account that ``credential`` is of, once the limits let the attempt pass.

        Raises:
            CredentialsWrong: No account has this address and this password.
            ServiceUnavailable: Too many sign in at once.
        """
        stored = None if credential is None else credential.password_hash
        matches = await self._passwords.matches(password, stored)  # outside of any transaction: it is slow
        if credential is None or not matches:
            raise CredentialsWrong
        account = credential.account
        renewed = None
        if self._passwords.is_outdated(credential.password_hash):
            renewed = await self._passwords.hash(password)
        async with self._accounts.changing() as writer:
            credential = await _still_good(writer, credential)
            if renewed is not None:
                await writer.save_password(account.id, renewed, at=None)
            # Until then nothing is opened, and no old session ends. Who works here and has none sets it up.
            if credential.second_factor or credential.account.staff_role is not None:
                return HalfSession(account_id=account.id, at=at)
            return await open_session(writer, self._secrets, credential.account, attempt, at=at)


async def _still_good(writer: AccountWriter, checked: Credential) -> Credential:
    """Return as it is now what was ``checked``. Nobody else changes it until the block ends.

    Raises:
        CredentialsWrong: While it was looked at, the account got another password, lost it, or moved on to
            another address: who signs in may be whom that locked out.
    """
    account = checked.account
    await writer.ways_in(account.id)
    found = None if account.email is None else await writer.credential(account.email.key)
    if found is None or (found.account.id, found.password_hash) != (account.id, checked.password_hash):
        raise CredentialsWrong
    return found

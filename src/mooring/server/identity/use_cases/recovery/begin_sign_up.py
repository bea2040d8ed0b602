"""Begin a sign-up: the account is made once its address is proven. Nothing tells whether it has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.email_address import parse_email_address
from mooring.server.identity.domain.password import parse_password
from mooring.server.identity.domain.recovery.mail_token import Purpose
from mooring.server.identity.use_cases.accounts.known_browsers import KnownBrowsers
from mooring.server.record.outbox.mail import Mail

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.ports.passwords import PasswordHashes
    from mooring.server.identity.ports.recovery import Recoveries
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.accounts.limits import SignInLimits
    from mooring.server.identity.use_cases.accounts.messages import SignInAttempt
    from mooring.server.identity.use_cases.recovery.limits import MailLimits
    from mooring.server.identity.use_cases.recovery.mail_desk import MailDesk


class BeginSignUp:
    """Sends a code to the address of who wants an account; to one that has an account, that it has."""

    def __init__(
        self,
        recoveries: Recoveries,
        passwords: PasswordHashes,
        secrets: TokenSecrets,
        desk: MailDesk,
        *,
        sign_in_limits: SignInLimits,
        limits: MailLimits,
    ) -> None:
        self._recoveries = recoveries
        self._passwords = passwords
        self._desk = desk
        self._sign_in_limits = sign_in_limits
        self._limits = limits
        self._browsers = KnownBrowsers(secrets)

    async def __call__(self, attempt: SignInAttempt, *, language: str, onward: str, at: datetime) -> str:
        """Return the ticket with which the browser is to type the code.

        Raises:
            EmailMalformed: The address is none.
            PasswordUnfit: The password is not good enough.
            RateLimited: There were too many.
            ServiceUnavailable: Too many sign up at once.
        """
        email, password = parse_email_address(attempt.email), parse_password(attempt.password)
        password.check_fit(email)
        browser = await self._browsers.recognize(
            self._recoveries.reading, attempt.known_browser, email.key, at=at
        )
        async with (
            self._sign_in_limits.attempt(email.key, attempt.address, browser=browser, at=at),
            self._sign_in_limits.new_account(attempt.address, at=at) as new,
            self._limits.ask(email.key, attempt.address, at=at),
        ):
            # Hashed whether or not there is an account: how long it takes tells nothing either.
            password_hash = await self._passwords.hash(password)
            async with self._recoveries.changing() as writer:
                known = await writer.account_at(email.key)
                issued = self._desk.issue(
                    Purpose.SIGN_UP,
                    email,
                    values={"password_hash": password_hash, "onward": onward},
                    is_real=known is None,
                    at=at,
                )
                await writer.add_mail_token(issued.token)
                if known is None:
                    values = {"code": issued.code, "link": issued.link}
                    mail = Mail("verify_address", email.text, language, values, issued.token.ends_at)
                else:
                    # To the address as it was kept, which may be another mailbox than the one typed now.
                    assert known.email is not None  # noqa: S101 (it was found by it)
                    sign_in = {"link": f"{self._desk.site}/sign-in"}
                    to, spoken = known.email.text, known.language or language
                    mail = Mail("sign_up_again", to, spoken, sign_in, issued.token.ends_at)
                await writer.send(mail, at=at)
            new.was_made = True
            return self._desk.give_ticket(issued.token)

"""Pass the second factor: a half session becomes a whole one, for a code of the app or from the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.credentials.authenticator import SecondFactorWrong
from mooring.server.identity.domain.credentials.half_session import HalfSessionEnded
from mooring.server.identity.domain.credentials.recovery_codes import parse_recovery_code
from mooring.server.identity.use_cases.accounts.known_browsers import KnownBrowsers
from mooring.server.identity.use_cases.accounts.open_session import open_session
from mooring.server.identity.use_cases.accounts.telling import tell_owner
from mooring.server.identity.use_cases.second_factor.recovery_codes import recovery_code_hash

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.credentials.half_session import HalfSession
    from mooring.server.identity.ports.credentials import Credentials, CredentialWriter
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.accounts.messages import Arrival, OpenedSession
    from mooring.server.identity.use_cases.second_factor.limits import SecondFactorLimits


class PassSecondFactor:
    """Opens the session that a half session asks for. A code is good once, whoever shows it."""

    def __init__(self, credentials: Credentials, secrets: TokenSecrets, limits: SecondFactorLimits) -> None:
        self._credentials = credentials
        self._secrets = secrets
        self._limits = limits
        self._browsers = KnownBrowsers(secrets)

    async def __call__(
        self, half: HalfSession, typed: str, arrival: Arrival, *, recovery: bool = False, at: datetime
    ) -> OpenedSession:
        """Return the session for the code that was typed: of the app, or a ``recovery`` code.

        Raises:
            HalfSessionEnded: It took too long, or the account changed in between.
            SecondFactorWrong: The code does not count.
            BudgetSpent: There were too many wrong ones.
        """
        half.check_live(at=at)
        async with self._credentials.reading() as reader:
            account = await reader.account(half.account_id)
            if account is None:
                raise HalfSessionEnded
            browser = await self._browsers.recognize_owner(
                reader, account.id, arrival.known_browser, account.known_as, at=at
            )
        async with (
            self._limits.attempt(account.id, arrival.address, browser=browser, at=at),
            self._credentials.changing() as writer,
        ):
            await writer.ways_in(account.id)  # nobody takes the account back until this is done
            password = await writer.password_of(account.id)
            half.check_password(None if password is None else password.changed_at)
            account = await writer.account(account.id, signed_in_by=half.identity_id)
            if account is None:
                raise HalfSessionEnded
            half.check_identity(account)
            await self._take(writer, account, typed, recovery=recovery, at=at)
            return await open_session(
                writer,
                self._secrets,
                account,
                arrival,
                method=half.method,
                identity_id=half.identity_id,
                provider_session=half.provider_session,
                second_factor_at=at,
                at=at,
            )

    async def _take(
        self, writer: CredentialWriter, account: Account, typed: str, *, recovery: bool, at: datetime
    ) -> None:
        authenticator = await writer.authenticator(account.id)
        if authenticator is None or not authenticator.is_on:
            raise HalfSessionEnded
        if not recovery:
            await writer.save_authenticator(authenticator.accept(typed, at=at))
            return
        code = parse_recovery_code(typed)
        if code is None or not await writer.use_recovery_code(
            account.id, recovery_code_hash(self._secrets, account.id, code), at=at
        ):
            raise SecondFactorWrong
        left = await writer.recovery_codes_left(account.id)
        subjects = {"account": account.id}
        await writer.record("account.recovery_code_used", subjects=subjects, at=at, detail={"left": left})
        await tell_owner(writer, account, "recovery_code_used", at=at, left=left)

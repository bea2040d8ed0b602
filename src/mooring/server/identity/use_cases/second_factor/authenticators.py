"""Add an authenticator: show its secret, and turn it on by the first code of it; or remove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.credentials.authenticator import (
    Authenticator,
    SecondFactorOff,
    SecondFactorOn,
    new_authenticator,
)
from mooring.server.identity.domain.session import NotFresh
from mooring.server.identity.domain.staff.second_step import check_one_stays
from mooring.server.identity.use_cases.accounts.still_signed_in import hold_account
from mooring.server.identity.use_cases.accounts.telling import tell_owner
from mooring.server.identity.use_cases.second_factor.recovery_codes import give_recovery_codes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mooring.server.identity.domain.session import Session
    from mooring.server.identity.ports.credentials import Credentials
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.second_factor.limits import SecondFactorLimits


class AddAuthenticator:
    """Adds an authenticator in two steps, so that nobody is asked for codes that their app cannot show."""

    def __init__(self, credentials: Credentials, secrets: TokenSecrets, limits: SecondFactorLimits) -> None:
        self._credentials = credentials
        self._secrets = secrets
        self._limits = limits

    async def begin(self, *, session: Session, at: datetime) -> Authenticator:
        """Return the authenticator that is shown to who is in ``session``, the same until it is confirmed.

        In every other session another secret is shown, which confirms nothing in this one.

        Raises:
            NotFresh: Who is signed in must prove again who they are.
            SecondFactorOn: There is one already.
            SignInRequired: The session was ended meanwhile.
        """
        _check_fresh(session, at=at)
        async with self._credentials.changing() as writer:
            await hold_account(writer, session)  # two pages opened at once get one secret
            known = await writer.authenticator(session.account_id)
            if known is not None and known.is_on:
                raise SecondFactorOn
            # Shown in an earlier sign-in, somebody else may have seen it.
            began = session.fresh_at or session.created_at
            if known is None or known.created_at < began:
                known = new_authenticator(session.account_id, at=at)
                await writer.save_authenticator(known)
            return known.shown_in(session.id)

    async def confirm(self, typed: str, *, session: Session, address: str, at: datetime) -> Sequence[str]:
        """Turn the authenticator on by the code that was typed; return recovery codes, shown this once.

        Raises:
            NotFresh: Who is signed in must prove again who they are.
            SecondFactorOn: It is on already.
            SecondFactorOff: None was shown.
            SecondFactorWrong: The code is not the app's.
            BudgetSpent: There were too many wrong ones.
            SignInRequired: The session was ended meanwhile.
        """
        _check_fresh(session, at=at)
        async with (
            self._limits.attempt(session.account_id, address, browser=session.id, at=at),
            self._credentials.changing() as writer,
        ):
            account, _ = await hold_account(writer, session)
            authenticator = await writer.authenticator(account.id)
            if authenticator is None:
                raise SecondFactorOff
            if authenticator.is_on:
                raise SecondFactorOn
            await writer.save_authenticator(authenticator.shown_in(session.id).accept(typed, at=at))
            await writer.record("account.second_factor_on", subjects={"account": account.id}, at=at)
            await tell_owner(writer, account, "second_factor_on", at=at)
            return await give_recovery_codes(writer, self._secrets, account.id, at=at)


class RemoveAuthenticator:
    """Removes an authenticator, and the recovery codes with it. Doing it again changes nothing."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    async def __call__(self, *, session: Session, at: datetime) -> None:
        """Let signing in to the account in ``session`` ask for no code any more.

        Raises:
            NotFresh: Who is signed in must prove again who they are.
            LastSecondFactor: Whose it is works here, and has no other.
            SignInRequired: The session was ended meanwhile.
        """
        _check_fresh(session, at=at)
        async with self._credentials.changing() as writer:
            account, ways = await hold_account(writer, session)
            known = await writer.authenticator(account.id)
            if account.staff_role is not None:
                check_one_stays(authenticator=False, passkeys=ways.passkeys)
            if known is not None:
                await writer.remove_authenticator(account.id)
            if known is not None and known.is_on:
                await writer.record("account.second_factor_off", subjects={"account": account.id}, at=at)
                await tell_owner(writer, account, "second_factor_off", at=at)


def _check_fresh(session: Session, *, at: datetime) -> None:
    if not session.is_fresh(at=at):
        raise NotFresh

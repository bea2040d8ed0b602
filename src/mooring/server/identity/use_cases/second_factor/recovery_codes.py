"""Recovery codes: making ten, of which only hashes are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.credentials.authenticator import SecondFactorOff
from mooring.server.identity.domain.credentials.recovery_codes import (
    format_recovery_code,
    new_recovery_codes,
)
from mooring.server.identity.domain.secret_tokens import TokenKind
from mooring.server.identity.domain.session import NotFresh
from mooring.server.identity.use_cases.accounts.still_signed_in import hold_account
from mooring.server.identity.use_cases.accounts.telling import tell_owner

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.session import Session
    from mooring.server.identity.ports.credentials import Credentials, CredentialWriter
    from mooring.server.identity.ports.token_secrets import TokenSecrets


class MakeRecoveryCodes:
    """Makes new recovery codes; the old ones are worth nothing then."""

    def __init__(self, credentials: Credentials, secrets: TokenSecrets) -> None:
        self._credentials = credentials
        self._secrets = secrets

    async def __call__(self, *, session: Session, at: datetime) -> Sequence[str]:
        """Return ten new codes of the account in ``session``, as they are shown, this once.

        Raises:
            NotFresh: Who is signed in must prove again who they are.
            SecondFactorOff: The account has no authenticator, so there is nothing to recover from.
            SignInRequired: The session was ended meanwhile.
        """
        if not session.is_fresh(at=at):
            raise NotFresh
        async with self._credentials.changing() as writer:
            account, _ = await hold_account(writer, session)
            authenticator = await writer.authenticator(account.id)
            if authenticator is None or not authenticator.is_on:
                raise SecondFactorOff
            await tell_owner(writer, account, "recovery_codes_made", at=at)
            return await give_recovery_codes(writer, self._secrets, account.id, at=at)


async def give_recovery_codes(
    writer: CredentialWriter, secrets: TokenSecrets, account_id: AccountId, *, at: datetime
) -> Sequence[str]:
    """Let the account have ten new codes, and return them as they are shown."""
    codes = new_recovery_codes()
    hashes = [recovery_code_hash(secrets, account_id, code) for code in codes]
    await writer.replace_recovery_codes(account_id, hashes, at=at)
    await writer.record("account.recovery_codes_made", subjects={"account": account_id}, at=at)
    return [format_recovery_code(code) for code in codes]


def recovery_code_hash(secrets: TokenSecrets, account_id: AccountId, code: str) -> bytes:
    """Return the 32 bytes that are kept of an account's recovery code."""
    return secrets.hash(f"{account_id} {code}", TokenKind.RECOVERY_CODE)

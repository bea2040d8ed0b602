"""Decide a user code: let the device that shows it in, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import SignInRequired
from mooring.server.identity.domain.authorization.user_code import UserCodeUnknown, parse_user_code
from mooring.server.identity.domain.secret_tokens import TokenKind

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.authorization.asking import Asking
    from mooring.server.identity.domain.session import Session
    from mooring.server.identity.ports.authorizations import Authorizations
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.device_codes.limits import UserCodeLimits


class DecideUserCode:
    """Approves or denies a device, once. The same decision of the same person again changes nothing."""

    def __init__(self, authorizations: Authorizations, secrets: TokenSecrets, limits: UserCodeLimits) -> None:
        self._authorizations = authorizations
        self._secrets = secrets
        self._limits = limits

    async def __call__(
        self,
        typed: str,
        *,
        session: Session,
        address: str,
        approve: bool,
        at: datetime,
    ) -> Asking:
        """Approve or deny the device that shows the code ``typed``, for the account in ``session``.

        Return what it is.

        Raises:
            SignInRequired: The session was ended meanwhile.
            UserCodeUnknown: No device shows it (any more), or somebody decided otherwise.
            RateLimited: This person, or somebody at this address, typed too many wrong ones.
        """
        account_id = session.account_id
        async with self._limits.attempt(account_id, address, at=at):
            code = parse_user_code(typed)
            if code is None:
                raise UserCodeUnknown
            async with self._authorizations.changing() as writer:
                if not await writer.has_session(session.id):  # first of all: so does who locks others out
                    raise SignInRequired
                hashed = self._secrets.hash(code, TokenKind.USER_CODE)
                found = await writer.device_authorization_shown(hashed)
                if found is None:
                    raise UserCodeUnknown
                if found.was_decided(account_id, approve=approve):
                    return found.asking
                if not found.can_be_decided(at=at):
                    raise UserCodeUnknown
                await writer.save_device_authorization(
                    found.decided(account_id, approve=approve, identity_id=session.identity_id)
                )
                what = "device.approved" if approve else "device.denied"
                await writer.record(what, subjects={"account": account_id}, at=at)
        return found.asking

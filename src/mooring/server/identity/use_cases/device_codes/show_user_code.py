"""Show a user code: which device shows it, before the person lets that device in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.foundation.budgets.places import network_of
from mooring.server.identity.domain.authorization.user_code import (
    UserCodeUnknown,
    format_user_code,
    parse_user_code,
)
from mooring.server.identity.domain.secret_tokens import TokenKind
from mooring.server.identity.use_cases.authorization.messages import WaitingDevice

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.ports.authorizations import Authorizations
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.device_codes.limits import UserCodeLimits


class ShowUserCode:
    """Finds the device that shows a code."""

    def __init__(self, authorizations: Authorizations, secrets: TokenSecrets, limits: UserCodeLimits) -> None:
        self._authorizations = authorizations
        self._secrets = secrets
        self._limits = limits

    async def __call__(
        self, typed: str, *, account_id: AccountId, address: str, at: datetime
    ) -> WaitingDevice:
        """Return the device that shows the code ``typed``, and waits.

        Raises:
            UserCodeUnknown: There is none (any more).
            RateLimited: This person, or somebody at this address, typed too many wrong ones.
        """
        async with self._limits.attempt(account_id, address, at=at):
            code = parse_user_code(typed)
            if code is None:
                raise UserCodeUnknown
            async with self._authorizations.reading() as reader:
                hashed = self._secrets.hash(code, TokenKind.USER_CODE)
                found = await reader.device_authorization_shown(hashed)
            if found is None or not found.can_be_decided(at=at):
                raise UserCodeUnknown
        return WaitingDevice(
            user_code=format_user_code(code),
            asking=found.asking,
            from_here=found.network == network_of(address),
            asked_at=found.created_at,
            expires_at=found.expires_at,
        )

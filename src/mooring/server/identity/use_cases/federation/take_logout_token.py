"""Take a logout token: a provider's server says that somebody signed out there (Back-Channel Logout 1.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mooring.server.foundation.budgets.budget import Budget, BudgetSpent, Try
from mooring.server.foundation.budgets.guessing import counted
from mooring.server.identity.domain.federation.id_token import SKEW
from mooring.server.identity.domain.federation.logout_token import LASTS
from mooring.server.identity.domain.federation.refusals import ProviderUnknown, TokenRefused
from mooring.server.identity.use_cases.federation.sign_out_by_provider import record_sign_outs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mooring.server.foundation.budgets.port import Budgets
    from mooring.server.identity.domain.federation.logout_token import LoggedOut
    from mooring.server.identity.ports.identities import Identities
    from mooring.server.identity.ports.providers import Provider

ONCE: Final = Budget("logout-tokens", 1, int((LASTS + 2 * SKEW).total_seconds()))
"""A token is taken once: its try comes back only when it is too old to be believed."""


class TakeLogoutToken:
    """Ends sessions for a provider that proves to be itself. No browser has to be there for it."""

    def __init__(self, identities: Identities, providers: Mapping[str, Provider], budgets: Budgets) -> None:
        self._identities = identities
        self._providers = providers
        self._budgets = budgets

    async def __call__(self, provider: str, token: str, *, at: datetime) -> int:
        """End what the ``token`` of this provider names, and return how many sessions that were.

        Raises:
            ProviderUnknown: there is no such provider.
            ProviderUnavailable: its keys cannot be had now.
            TokenRefused: the token is not to be believed, or was taken before (``replayed``).
        """
        known = self._providers.get(provider)
        if known is None:
            raise ProviderUnknown
        told = await known.logged_out(token, at=at)
        once = Try(ONCE, f"{told.issuer} {told.token_id}")
        try:
            async with counted(self._budgets, once, at=at):
                return await self._end(told, at=at)
        except BudgetSpent:
            raise TokenRefused("replayed") from None

    async def _end(self, told: LoggedOut, *, at: datetime) -> int:
        async with self._identities.changing() as writer:
            if told.provider_session is not None:
                ended = await writer.remove_sessions_at(told.issuer, told.provider_session)
            else:
                ended = await writer.remove_sessions_by(told.issuer, str(told.subject))
            return await record_sign_outs(writer, ended, at=at)

"""Begin a device authorization: a device gets a code to show and one to poll with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mooring.core.refusals import ServiceUnavailable
from mooring.server.foundation.budgets.budget import Budget, Try
from mooring.server.foundation.budgets.guessing import counted
from mooring.server.foundation.budgets.places import network_of
from mooring.server.identity.domain.authorization.asking import Asking
from mooring.server.identity.domain.authorization.clients import check_client, check_scope
from mooring.server.identity.domain.authorization.device_authorization import LASTS, DeviceAuthorization
from mooring.server.identity.domain.authorization.user_code import format_user_code, new_user_code
from mooring.server.identity.domain.secret_tokens import TokenKind, new_token
from mooring.server.identity.ports.authorizations import UserCodeTaken
from mooring.server.identity.use_cases.authorization.messages import ShownCodes

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mooring.server.foundation.budgets.port import Budgets
    from mooring.server.identity.ports.authorizations import Authorizations
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.authorization.messages import DeviceRequest

BY_KEY: Final = Budget("device-codes-of-installation", 20, 600)
BY_PLACE: Final = Budget("device-codes-of-place", 3000, 600)
"""A thousand devices behind one address may all be signed in on the same morning, some of them twice."""
_DRAWINGS = 5  # of user codes; that one is taken is rarer than one in a million


class BeginDeviceAuthorization:
    """Gives out codes."""

    def __init__(
        self,
        authorizations: Authorizations,
        secrets: TokenSecrets,
        budgets: Budgets,
        *,
        draw_user_code: Callable[[], str] = new_user_code,
    ) -> None:
        self._authorizations = authorizations
        self._secrets = secrets
        self._draw_user_code = draw_user_code
        self._budgets = budgets

    async def __call__(self, request: DeviceRequest, *, at: datetime) -> ShownCodes:
        """Return fresh codes for the device that asks.

        Raises:
            OAuthError: ``invalid_client``, ``invalid_scope`` or ``invalid_request``.
            BudgetSpent: It asks far more often than a person can want it to.
            ServiceUnavailable: No user code is free.
        """
        client_id, scope = check_client(request.client_id), check_scope(request.scope)
        asking = Asking.read(product=request.product, device_name=request.device_name, action=request.action)
        network = network_of(request.address)
        tries = Try(BY_KEY, request.jkt), Try(BY_PLACE, network)
        async with counted(self._budgets, *tries, at=at):
            for _ in range(_DRAWINGS):
                device_code, user_code = new_token(), self._draw_user_code()
                authorization = DeviceAuthorization(
                    device_code_hash=self._secrets.hash(device_code, TokenKind.DEVICE_CODE),
                    user_code_hash=self._secrets.hash(user_code, TokenKind.USER_CODE),
                    client_id=client_id,
                    scope=scope,
                    jkt=request.jkt,
                    asking=asking,
                    network=network,
                    created_at=at,
                )
                try:
                    async with self._authorizations.changing() as writer:
                        await writer.add_device_authorization(authorization)
                except UserCodeTaken:
                    continue
                return ShownCodes(
                    device_code=device_code,
                    user_code=format_user_code(user_code),
                    expires_in=int(LASTS.total_seconds()),
                    interval=authorization.interval,
                )
        raise ServiceUnavailable(retry_after=60)

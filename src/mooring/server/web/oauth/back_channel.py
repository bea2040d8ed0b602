"""Where a provider's own server says that somebody signed out there (OpenID Back-Channel Logout 1.0, 2.5)."""

from typing import Final

from mooring.core.refusals import NotFound, ServiceUnavailable
from mooring.server.identity.domain.authorization.oauth_error import OAuthError
from mooring.server.identity.domain.federation.refusals import (
    ProviderUnavailable,
    ProviderUnknown,
    TokenRefused,
)
from mooring.server.web.federation_services import FederationServices
from mooring.server.web.http.dispatcher import RETRY_AFTER
from mooring.server.web.http.requests import Answer
from mooring.server.web.oauth.door import Asked, OAuthRoute
from mooring.server.web.watch.logs import logger

LOGOUT: Final = "/sign-out/by-provider/{provider}"


class BackChannel:
    """Takes logout tokens."""

    def __init__(self, services: FederationServices) -> None:
        self._services = services

    def routes(self) -> tuple[OAuthRoute, ...]:
        """Return the address."""
        return (OAuthRoute("POST", LOGOUT, self._sign_out),)

    async def _sign_out(self, asked: Asked) -> Answer:
        name = asked.request.params["provider"]
        try:
            await self._services.take_logout_token(
                name, asked.form.get("logout_token", ""), at=asked.request.at
            )
        except ProviderUnknown:
            raise NotFound from None
        except ProviderUnavailable as refusal:
            logger().warning("provider_unavailable", provider=name, why=refusal.why, request=asked.request.id)
            raise ServiceUnavailable(retry_after=RETRY_AFTER) from None
        except TokenRefused as refusal:
            logger().warning("token_refused", provider=name, why=refusal.why, request=asked.request.id)
            raise OAuthError("invalid_request", f"the logout token fails at {refusal.why}") from None
        return Answer(200, b"", ((b"cache-control", b"no-store"),))

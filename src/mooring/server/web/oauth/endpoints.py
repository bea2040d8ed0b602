"""The addresses that programs ask: device codes, tokens, their end, and what they stand for."""

import hmac
from typing import Any, Final
from urllib.parse import urlencode

from mooring.core.instants import to_seconds
from mooring.server.identity.domain.authorization.oauth_error import OAuthError
from mooring.server.identity.use_cases.authorization.messages import DeviceRequest, Granted
from mooring.server.web.http.bodies import json_answer
from mooring.server.web.http.requests import Answer, Network, Request, client_address
from mooring.server.web.identity_services import IdentityServices
from mooring.server.web.oauth import metadata
from mooring.server.web.oauth.door import Asked, OAuthRoute, error_answer

VERIFICATION: Final = "/device"


class OAuthEndpoints:
    """Answers programs. It reads what they send and calls the use case; nothing is decided here."""

    def __init__(
        self,
        identity: IdentityServices,
        *,
        trusted_proxies: tuple[Network, ...],
        introspection_token: str | None,
    ) -> None:
        """Who sends ``introspection_token`` may introspect; without one nobody may."""
        self._identity = identity
        self._trusted_proxies = trusted_proxies
        self._introspection_token = introspection_token

    def routes(self) -> tuple[OAuthRoute, ...]:
        """Return the addresses of the protocol that answer programs."""
        return (
            OAuthRoute("GET", metadata.METADATA, self._describe),
            OAuthRoute("POST", metadata.DEVICE_AUTHORIZATION, self._begin_device, proof=True),
            OAuthRoute("POST", metadata.TOKEN, self._give_tokens, proof=True),
            OAuthRoute("POST", metadata.REVOKE, self._revoke),
            OAuthRoute("POST", metadata.INTROSPECT, self._introspect),
        )

    async def _describe(self, asked: Asked) -> Answer:
        answer = json_answer(200, metadata.metadata(asked.base))
        kept = (b"cache-control", b"public, max-age=300")
        return answer._replace(headers=(*(h for h in answer.headers if h[0] != kept[0]), kept))

    async def _begin_device(self, asked: Asked) -> Answer:
        form = asked.form
        codes = await self._identity.begin_device_authorization(
            DeviceRequest(
                jkt=asked.jkt,
                address=client_address(asked.request.scope, self._trusted_proxies),
                client_id=form.get("client_id"),
                scope=form.get("scope"),
                product=form.get("product"),
                device_name=form.get("device_name"),
                action=form.get("action"),
            ),
            at=asked.request.at,
        )
        page = asked.base + VERIFICATION
        wishes = {"prompt": "create"} if form.get("prompt") == "create" else {}
        document = {
            "device_code": codes.device_code,
            "user_code": codes.user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?{urlencode({'user_code': codes.user_code} | wishes)}",
            "expires_in": codes.expires_in,
            "interval": codes.interval,
        }
        return json_answer(200, document)

    async def _give_tokens(self, asked: Asked) -> Answer:
        grant_type = _needed(asked, "grant_type")
        if grant_type == metadata.DEVICE_CODE:
            granted = await self._identity.poll_device_code(
                _needed(asked, "device_code"),
                client_id=asked.form.get("client_id"),
                jkt=asked.jkt,
                at=asked.request.at,
            )
        elif grant_type == metadata.AUTHORIZATION_CODE:
            granted = await self._identity.redeem_code(
                _needed(asked, "code"),
                client_id=asked.form.get("client_id"),
                redirect_uri=asked.form.get("redirect_uri"),
                code_verifier=asked.form.get("code_verifier"),
                jkt=asked.jkt,
                at=asked.request.at,
            )
        elif grant_type == metadata.REFRESH_TOKEN:
            granted = await self._identity.refresh(
                _needed(asked, "refresh_token"),
                client_id=asked.form.get("client_id"),
                jkt=asked.jkt,
                at=asked.request.at,
            )
        else:
            raise OAuthError("unsupported_grant_type", "this server knows no such grant_type")
        return json_answer(200, _tokens(granted))

    async def _revoke(self, asked: Asked) -> Answer:
        await self._identity.revoke(
            _needed(asked, "token"), client_id=asked.form.get("client_id"), at=asked.request.at
        )
        return json_answer(200, {})

    async def _introspect(self, asked: Asked) -> Answer:
        if not self._may_introspect(asked.request):
            refused = error_answer(401, "invalid_client", "introspection needs a credential", asked.request)
            return refused._replace(headers=(*refused.headers, (b"www-authenticate", b"Bearer")))
        found = await self._identity.introspect(_needed(asked, "token"), at=asked.request.at)
        if found is None:
            return json_answer(200, {"active": False})
        return json_answer(
            200,
            {
                "active": True,
                "scope": found.scope,
                "client_id": found.client_id,
                "token_type": "DPoP",
                "sub": found.account_id,
                "iss": asked.base,
                "iat": to_seconds(found.issued_at),
                "exp": to_seconds(found.expires_at),
                "cnf": {"jkt": found.jkt},
            },
        )

    def _may_introspect(self, request: Request) -> bool:
        given = request.one_of(b"authorization")
        if self._introspection_token is None or given is None:
            return False
        scheme, _, token = given.partition(" ")
        wanted = self._introspection_token.encode()
        return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode("latin-1"), wanted)


def _needed(asked: Asked, name: str) -> str:
    value = asked.form.get(name)
    if not value:
        raise OAuthError("invalid_request", f"{name} is missing")
    return value


def _tokens(granted: Granted) -> dict[str, Any]:
    """Return the answer of RFC 6749, 5.1, and beside it whose account it is, for the device to show."""
    return {
        "access_token": granted.access_token,
        "token_type": "DPoP",
        "expires_in": granted.expires_in,
        "refresh_token": granted.refresh_token,
        "scope": granted.scope,
        "account": {"masked": granted.account.masked, "provider": granted.account.provider},
    }

"""Poll a device code: has the person decided? (RFC 8628, 3.4)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from mooring.server.identity.domain.authorization.clients import check_client
from mooring.server.identity.domain.authorization.device_authorization import PollAnswer
from mooring.server.identity.domain.authorization.oauth_error import ErrorName, OAuthError
from mooring.server.identity.domain.secret_tokens import TokenKind
from mooring.server.identity.use_cases.authorization.give_tokens import let_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mooring.server.identity.ports.authorizations import Authorizations
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.authorization.messages import Granted

_UNKNOWN = "the device code is unknown, used, or was given to another key"
_ANSWERS: Mapping[PollAnswer, tuple[ErrorName, str]] = MappingProxyType(
    {
        PollAnswer.PENDING: ("authorization_pending", "nobody has decided yet"),
        PollAnswer.SLOW_DOWN: ("slow_down", "leave five seconds more between two polls from now on"),
        PollAnswer.DENIED: ("access_denied", "the person did not let this device in"),
        PollAnswer.EXPIRED: ("expired_token", "the codes are no longer good, ask for new ones"),
        PollAnswer.USED: ("invalid_grant", _UNKNOWN),
    }
)


class PollDeviceCode:
    """Answers polls, and gives an approved device its tokens, once."""

    def __init__(self, authorizations: Authorizations, secrets: TokenSecrets) -> None:
        self._authorizations = authorizations
        self._secrets = secrets

    async def __call__(self, device_code: str, *, client_id: str | None, jkt: str, at: datetime) -> Granted:
        """Return tokens for the device that holds ``device_code`` and the key that began with it.

        Raises:
            OAuthError: ``authorization_pending``, ``slow_down``, ``access_denied``, ``expired_token``,
                ``invalid_grant`` or ``invalid_client``.
        """
        check_client(client_id)
        hashed = self._secrets.hash(device_code, TokenKind.DEVICE_CODE)
        async with self._authorizations.changing() as writer:
            found = await writer.device_authorization(hashed)
            if found is None or found.jkt != jkt:  # another key's poll changes nothing, not even the interval
                raise OAuthError("invalid_grant", _UNKNOWN)
            polled, answer = found.polled(at=at)
            if polled is not found:
                await writer.save_device_authorization(polled)
            if answer == PollAnswer.APPROVED and polled.account_id is not None:
                return await let_in(
                    writer,
                    self._secrets,
                    polled.account_id,
                    client_id=polled.client_id,
                    jkt=jkt,
                    scope=polled.scope,
                    asking=polled.asking,
                    identity_id=polled.identity_id,
                    at=at,
                )
        # After the commit: that it polled too early must be remembered although the answer is an error.
        raise OAuthError(*_ANSWERS[answer])

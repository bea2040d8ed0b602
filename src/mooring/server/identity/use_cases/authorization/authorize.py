"""Authorize: the person agrees in the browser, which carries a code back to the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.authorization.authorization_code import AuthorizationCode
from mooring.server.identity.domain.authorization.request import check_request
from mooring.server.identity.domain.secret_tokens import TokenKind, new_token
from mooring.server.identity.use_cases.authorization.messages import Authorized

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.federation.identity import IdentityId
    from mooring.server.identity.ports.authorizations import Authorizations
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.authorization.messages import AuthorizationRequest


class Authorize:
    """Gives out authorization codes. What the page asks about is ``check_request(request).asking``."""

    def __init__(self, authorizations: Authorizations, secrets: TokenSecrets) -> None:
        self._authorizations = authorizations
        self._secrets = secrets

    async def __call__(
        self,
        request: AuthorizationRequest,
        *,
        account_id: AccountId,
        identity_id: IdentityId | None = None,
        at: datetime,
    ) -> Authorized:
        """Return a code for the program behind ``request``, to which this account's owner agreed.

        ``identity_id`` is that by which they signed in, if it was at a provider.

        Raises:
            UnsafeRedirect: Nobody may be sent anywhere: the error is shown.
            OAuthError: The program is told at its redirect address.
        """
        checked = check_request(request)
        code = new_token()
        async with self._authorizations.changing() as writer:
            await writer.add_authorization_code(
                AuthorizationCode(
                    code_hash=self._secrets.hash(code, TokenKind.AUTHORIZATION_CODE),
                    account_id=account_id,
                    client_id=checked.client_id,
                    redirect_uri=checked.redirect_uri,
                    challenge=checked.challenge,
                    dpop_jkt=checked.dpop_jkt,
                    scope=checked.scope,
                    asking=checked.asking,
                    created_at=at,
                    identity_id=identity_id,
                )
            )
        return Authorized(redirect_uri=checked.redirect_uri, code=code, state=checked.state)

"""Authorize: the person agrees in the browser, which carries a code back to the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import SignInRequired
from mooring.server.identity.domain.authorization.authorization_code import AuthorizationCode
from mooring.server.identity.domain.authorization.request import check_request
from mooring.server.identity.domain.secret_tokens import TokenKind, new_token
from mooring.server.identity.use_cases.authorization.messages import Authorized

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.session import Session
    from mooring.server.identity.ports.authorizations import Authorizations
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.authorization.messages import AuthorizationRequest


class Authorize:
    """Gives out authorization codes. What the page asks about is ``check_request(request).asking``."""

    def __init__(self, authorizations: Authorizations, secrets: TokenSecrets) -> None:
        self._authorizations = authorizations
        self._secrets = secrets

    async def __call__(self, request: AuthorizationRequest, *, session: Session, at: datetime) -> Authorized:
        """Return a code for the program behind ``request``, to which who is in ``session`` agreed.

        Raises:
            SignInRequired: The session was ended meanwhile.
            UnsafeRedirect: Nobody may be sent anywhere: the error is shown.
            OAuthError: The program is told at its redirect address.
        """
        checked = check_request(request)
        code = new_token()
        async with self._authorizations.changing() as writer:
            if not await writer.has_session(session.id):
                raise SignInRequired
            await writer.add_authorization_code(
                AuthorizationCode(
                    code_hash=self._secrets.hash(code, TokenKind.AUTHORIZATION_CODE),
                    account_id=session.account_id,
                    client_id=checked.client_id,
                    redirect_uri=checked.redirect_uri,
                    challenge=checked.challenge,
                    dpop_jkt=checked.dpop_jkt,
                    scope=checked.scope,
                    asking=checked.asking,
                    created_at=at,
                    identity_id=session.identity_id,
                )
            )
        return Authorized(redirect_uri=checked.redirect_uri, code=code, state=checked.state)

"""Redeem an authorization code: the program that asked exchanges it for tokens, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.authorization.authorization_code import code_refused
from mooring.server.identity.domain.authorization.clients import check_client
from mooring.server.identity.domain.authorization.grant import EndReason
from mooring.server.identity.domain.secret_tokens import TokenKind
from mooring.server.identity.use_cases.authorization.give_tokens import end_grant, let_in

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.ports.authorizations import Authorizations
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.authorization.messages import Granted


class RedeemCode:
    """Exchanges codes. One that is shown again was stolen by somebody: what it gave is taken back."""

    def __init__(self, authorizations: Authorizations, secrets: TokenSecrets) -> None:
        self._authorizations = authorizations
        self._secrets = secrets

    async def __call__(
        self,
        code: str,
        *,
        client_id: str | None,
        redirect_uri: str | None,
        code_verifier: str | None,
        jkt: str,
        at: datetime,
    ) -> Granted:
        """Return tokens for the program that asked for ``code``, bound to the key ``jkt``.

        Raises:
            OAuthError: ``invalid_grant`` or ``invalid_client``.
        """
        client = check_client(client_id)
        hashed = self._secrets.hash(code, TokenKind.AUTHORIZATION_CODE)
        async with self._authorizations.changing() as writer:
            found = await writer.authorization_code(hashed)
            if found is None:
                raise code_refused()
            if found.grant_id is None:
                found.check(
                    client_id=client, redirect_uri=redirect_uri, verifier=code_verifier, jkt=jkt, at=at
                )
                granted = await let_in(
                    writer,
                    self._secrets,
                    found.account_id,
                    client_id=client,
                    jkt=jkt,
                    scope=found.scope,
                    asking=found.asking,
                    identity_id=found.identity_id,
                    at=at,
                )
                await writer.save_authorization_code(found.redeemed(granted.grant_id))
                return granted
            grant = await writer.grant(found.grant_id)
            if grant is not None:
                await end_grant(writer, grant, EndReason.CODE_REPLAYED, at=at)
        raise code_refused()  # after the commit: the grant must end although the answer is an error

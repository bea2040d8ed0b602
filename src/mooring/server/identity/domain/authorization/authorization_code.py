"""An authorization code: what a browser carries back to the program that opened it (RFC 6749, 7636, 9449)."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from mooring.server.identity.domain.authorization.oauth_error import OAuthError

if TYPE_CHECKING:
    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.authorization.asking import Asking
    from mooring.server.identity.domain.authorization.grant import GrantId
    from mooring.server.identity.domain.federation.identity import IdentityId

LASTS = timedelta(seconds=60)
THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")
"""A SHA-256 digest in base64url: a code challenge (RFC 7636, 4.2) or the thumbprint of a key (RFC 7638)."""
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636, 4.1


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCode:
    """A code, kept as a keyed hash, and what it was given for.

    Attributes:
        code_hash: Its keyed hash.
        account_id: Who agreed.
        client_id: The client it is for.
        redirect_uri: Where it was sent.
        challenge: SHA-256 of the verifier that only the asking program knows, base64url.
        dpop_jkt: The key it is bound to, if the program named one (RFC 9449, 10).
        scope: What was agreed to.
        asking: What asked.
        created_at: When it was given out.
        grant_id: The grant it was redeemed for; none while it is unused.
        identity_id: By which identity at a provider the person who agreed had signed in.
    """

    code_hash: bytes
    account_id: AccountId
    client_id: str
    redirect_uri: str
    challenge: str
    dpop_jkt: str | None
    scope: str
    asking: Asking
    created_at: datetime
    grant_id: GrantId | None = None
    identity_id: IdentityId | None = None

    @property
    def expires_at(self) -> datetime:
        """From when on it is worth nothing."""
        return self.created_at + LASTS

    def redeemed(self, grant_id: GrantId) -> Self:
        """Return the code as used for ``grant_id``."""
        return replace(self, grant_id=grant_id)

    def check(
        self, *, client_id: str, redirect_uri: str | None, verifier: str | None, jkt: str, at: datetime
    ) -> None:
        """Return only if whoever shows the code is the program that asked for it.

        What fails here leaves the code as it is: who merely overheard it cannot spoil it.

        Raises:
            OAuthError: ``invalid_grant``. What did not fit is not told.
        """
        good = (
            at < self.expires_at
            and client_id == self.client_id
            and redirect_uri == self.redirect_uri
            and self.dpop_jkt in {None, jkt}
            and _answers(verifier, self.challenge)
        )
        if not good:
            raise code_refused()


def code_refused() -> OAuthError:
    """Return the one answer to every code that is not good."""
    return OAuthError("invalid_grant", "the code is unknown, used, expired, or was given to another program")


def _answers(verifier: str | None, challenge: str) -> bool:
    if verifier is None or not _VERIFIER.fullmatch(verifier):
        return False
    digest = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(digest, challenge.encode())

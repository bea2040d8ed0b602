"""A sign-in at a provider that has begun: what the browser carries until the provider sends it back."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from mooring.server.identity.domain.federation.id_token import SKEW
from mooring.server.identity.domain.federation.refusals import AnswerNotOurs

if TYPE_CHECKING:
    from mooring.server.identity.domain.session import SessionId

LASTS: Final = timedelta(minutes=10)
LONGEST_ONWARD: Final = 2048
"""Characters of an address to go on to afterwards: the whole must fit into a cookie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What only this browser and we know of a sign-in that it began.

    Attributes:
        provider: Where it leads; the answer of any other is no answer to it.
        state: Comes back with the answer: so nobody can make this browser take a stranger's (login CSRF).
        nonce: Comes back inside the token: so no token of another sign-in can be put in its place.
        verifier: Proves to the provider that it is we who redeem the code (PKCE, RFC 7636).
        redirect_uri: Where the provider sends the browser.
        onward: Our page to go on to.
        links: The session whose owner adds the identity to their account; none: it is for signing in.
        began_at: When.
        again: Whether the person was to prove anew who they are, whoever is signed in there.
    """

    provider: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_uri: str
    onward: str
    links: SessionId | None
    began_at: datetime
    again: bool = False

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier (S256)."""
        return urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def proof(self, told: datetime | None) -> datetime | None:
        """Return when the person proved who they are, where ``told`` (the provider's ``auth_time``) shows it.

        Who was to do so anew did not if that was before: the provider let them in as it knew them.
        """
        if told is None or (self.again and told < self.began_at - SKEW):
            return None
        return told

    def check_answered_by(self, provider: str, state: str | None, *, at: datetime) -> None:
        """Return only if an answer of this provider, with this state, answers it.

        Raises:
            AnswerNotOurs: it does not, or too late.
        """
        if (
            provider != self.provider
            or not hmac.compare_digest((state or "").encode(errors="replace"), self.state.encode())
            or not self.began_at <= at < self.began_at + LASTS
        ):
            raise AnswerNotOurs


def begin_attempt(
    provider: str,
    *,
    redirect_uri: str,
    onward: str,
    links: SessionId | None,
    again: bool = False,
    at: datetime,
) -> Attempt:
    """Return a new attempt, with secrets of its own."""
    return Attempt(
        provider=provider,
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        redirect_uri=redirect_uri,
        onward=onward,
        links=links,
        began_at=at,
        again=again,
    )

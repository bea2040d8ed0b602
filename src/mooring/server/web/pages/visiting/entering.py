"""Entering: what a browser is given when somebody proved who they are, wholly or with the first of two."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Final, NamedTuple

from mooring.core.identifiers import AccountId
from mooring.server.identity.domain.credentials.half_session import HalfSession, HalfSessionEnded
from mooring.server.identity.domain.federation.identity import IdentityId
from mooring.server.identity.ports.sealed_texts import NotSealedByUs, SealedTexts
from mooring.server.identity.use_cases.accounts.messages import OpenedSession
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.visiting.cookies import CookieNames, read_cookies
from mooring.server.web.pages.visiting.visit import Visit

SECOND_FACTOR: Final = "/sign-in/second-factor"
LONGEST_ONWARD: Final = 2048
"""Characters of an address to go on to afterwards: the whole must fit into a cookie."""
_PURPOSE: Final = "half-session"


class Waiting(NamedTuple):
    """Somebody who gave the first proof, and where they go on to after the second."""

    half: HalfSession
    onward: str


class Entrance:
    """Hands sessions out, whole ones and half ones."""

    def __init__(self, cookies: CookieNames, sealed_texts: SealedTexts) -> None:
        self._cookies = cookies
        self._sealed_texts = sealed_texts

    def enter(self, visit: Visit, opened: OpenedSession | HalfSession, onward: str) -> Answer:
        """Let the visitor in, and on to ``onward``; or ask for the second factor first."""
        if isinstance(opened, HalfSession):
            visit.headers.append(self._cookies.set_half(self._carried(visit, opened, onward)))
            return visit.go_to(SECOND_FACTOR)
        visit.headers.append(self._cookies.set_session(opened.token))
        visit.headers.append(self._cookies.set_known(opened.known_browser))
        self.forget(visit)
        return visit.go_to(onward)

    def waiting(self, visit: Visit) -> Waiting:
        """Return who waits in this very browser for the second factor.

        Raises:
            HalfSessionEnded: nobody does, or not any more.
        """
        carried = read_cookies(visit.request.all_of(b"cookie")).get(self._cookies.half)
        try:
            content = json.loads(self._sealed_texts.unseal(carried or "", _PURPOSE))
        except NotSealedByUs:
            raise HalfSessionEnded from None
        if not hmac.compare_digest(content["holder"], _named(visit.holder)):
            raise HalfSessionEnded
        identity = content["identity"]
        half = HalfSession(
            account_id=AccountId(content["account"]),
            at=datetime.fromtimestamp(content["at"], UTC),
            method=content["method"],
            identity_id=None if identity is None else IdentityId(identity),
            provider_session=content["provider_session"],
        )
        half.check_live(at=visit.at)
        return Waiting(half, content["onward"])

    def forget(self, visit: Visit) -> None:
        """Take the half session away."""
        if self._cookies.half in read_cookies(visit.request.all_of(b"cookie")):
            visit.headers.append(self._cookies.drop_half())

    def _carried(self, visit: Visit, half: HalfSession, onward: str) -> str:
        content = {
            "account": half.account_id,
            "at": int(half.at.timestamp()),
            "method": half.method,
            "identity": half.identity_id,
            "provider_session": half.provider_session,
            # Another browser that learns the cookie's content can do nothing with it alone.
            "holder": _named(visit.holder),
            "onward": onward if len(onward) <= LONGEST_ONWARD else "/",
        }
        return self._sealed_texts.seal(json.dumps(content), _PURPOSE)


def _named(holder: str) -> str:
    return hashlib.sha256(holder.encode()).hexdigest()
